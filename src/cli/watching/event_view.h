// An event as data, for `runs watch --json`.
#pragma once

#include "core/run.h"

namespace weir::cli {

/// {"at", "event", "task"?, "attempt"?, …}: the event's name in docs/internals/history.md, the task's key, times in
/// milliseconds since 1970, and what belongs to the event. `run` is as it is after the event, or further on.
json to_json(const core::Run& run, const core::Event& event);

}  // namespace weir::cli
