// One task, or one mapped task with all its elements, as one line: the same in `weir run`, `runs watch` and `runs show`.
#pragma once

#include <string>

#include "cli/terminal/terminal.h"
#include "core/run.h"

namespace weir::cli {

/// "✓ ingest     12.3s  run 17  http://…", or "● clean  12.3s  [####----] 51,200/100,000  3 failed" for a mapped task,
/// coloured by state. `now` is what a task under way has taken until then.
std::string task_line(const Terminal& terminal, const core::Run& run, core::TaskIndex task,
                      std::size_t key_width, Instant now);

/// Width of the column for keys; elements of mapped tasks may stand out.
std::size_t key_width_of(const core::Run& run);
constexpr std::size_t key_width_max = 40;

/// The first failed elements of a mapped task, `max` at the most.
std::vector<core::TaskIndex> failed_elements(const core::Run& run, const core::Stage& stage, std::size_t max);

/// What a person needs of a failure, line by line: the trace, unless `output`, shown before it, ends with it; the
/// message, unless the trace does; and the help there is.
std::vector<std::string> failure_lines(const Terminal& terminal, const core::Failure& failure,
                                       std::span<const std::string> output = {});

}  // namespace weir::cli
