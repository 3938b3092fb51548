// A run as data, for --json.
#pragma once

#include "cli/terminal.h"
#include "core/run.h"

namespace weir::cli {

/// To standard output, task by task, so that a run of any size takes no memory to speak of: {"name", "id", "flow",
/// "state", "parameters", "started", "finished"?, "error"?, "tasks": [{"key", "kind", "state", "attempts", "started"?,
/// "ended"?, "result"?, "cached"?, "reason"?, "failure"?, "remote"?}]}; times are milliseconds since 1970. A mapped task is
/// followed by its elements, which have the results, and tells how many are in each state: "elements".
void print_json(const core::Run& run, const Terminal& terminal);

}  // namespace weir::cli
