// A run as data, for --json.
#pragma once

#include "cli/terminal/terminal.h"
#include "core/run.h"

namespace weir::cli {

/// To standard output, task by task, so that a run of any size takes no memory to speak of: {"name", "id", "flow",
/// "state", "parameters", "started", "finished"?, "error"?, "returned"?, "tasks": [{"key", "kind", "state", "attempts", "started"?,
/// "ended"?, "result"?, "cached"?, "reason"?, "failure"?, "remote"?}]}; times are milliseconds since 1970. A mapped task is
/// followed by its elements, which have the results, and tells how many are in each state: "elements".
/// `returned`: by the flow's body, where it is known and not null.
void print_json(const core::Run& run, const Terminal& terminal, const json& returned = nullptr);

}  // namespace weir::cli
