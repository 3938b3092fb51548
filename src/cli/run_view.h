// A run as data, for --json.
#pragma once

#include "cli/terminal.h"
#include "core/run.h"

namespace weir::cli {

/// To standard output, task by task, so that a run of any size takes no memory to speak of: {"name", "id", "flow",
/// "state", "parameters", "started", "finished"?, "error"?, "tasks": [{"key", "kind", "state", "attempts", "started"?,
/// "ended"?, "result"?, "failure"?, "remote"?}]}; times are milliseconds since 1970.
void print_json(const core::Run& run, const Terminal& terminal);

}  // namespace weir::cli
