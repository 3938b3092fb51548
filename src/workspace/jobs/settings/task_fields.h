// What the settings of each type of task must hold, checked when a job or a run of it comes in. What the workspace cannot run
// is checked no further than this: it is kept.
#pragma once

#include <string_view>

#include "base/json.h"
#include "workspace/rest/answer.h"

namespace weir::workspace {

/// Refuses, naming the task and the place: a missing field, two that exclude each other, a malformed library.
Answer<void> check_task_fields(const JsonObject& task, std::string_view key);

}  // namespace weir::workspace
