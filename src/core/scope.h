// What templates can see of a run: parameters, results, the run itself, and for an element of a mapped task
// its item.
#pragma once

#include "core/admission.h"
#include "core/run.h"
#include "core/template.h"

namespace weir::core {

/// What look-ups put in place of wrapped values.
enum class Wrapped : std::uint8_t {
  filled_in,  ///< what they stand for
  kept,       ///< themselves: whoever gets them knows what to do
};

/// The task's inputs with every look-up filled. Errors name the template and the nearest valid name.
Result<json> render_inputs(const Run& run, TaskIndex task, Values& values,
                           Wrapped wrapped = Wrapped::filled_in);

/// How many elements a mapped task has, now that its upstreams are done. Code::invalid when it maps over
/// something else than arrays of one length.
Result<std::uint32_t> elements_of(const Run& run, TaskIndex head, Values& values);

/// Whether the task's `when` holds; true without one.
Result<bool> is_wanted(const Run& run, TaskIndex task, Values& values);

/// Under which key the task's result is kept for later runs; nullopt for a task that is not cached.
Result<std::optional<std::string>> cache_key(const Run& run, TaskIndex task, Admission& admission);

}  // namespace weir::core
