// What templates can see of a run.
#pragma once

#include "core/run.h"
#include "core/template.h"

namespace weir::core {

/// The task's inputs with every look-up filled. Errors name the template and the nearest valid name.
Result<json> render_inputs(const Run& run, TaskIndex task);

}  // namespace weir::core
