// A run as data, for --json.
#pragma once

#include "core/run.h"

namespace weir::cli {

/// {"name", "id", "flow", "state", "parameters", "started", "finished"?, "error"?, "tasks": [{"key", "kind", "state",
/// "attempts", "result"?, "failure"?, "remote"?}]}; times are milliseconds since 1970.
json to_json(const core::Run& run);

}  // namespace weir::cli
