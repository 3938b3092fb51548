// Fields of jobs and tasks that steer a run, and whose reader takes another type than the API's for an absent field: a
// dependency that is given as an object instead of a list would be no dependency.
#pragma once

#include <string_view>

#include "base/json.h"
#include "workspace/rest/answer.h"

namespace weir::workspace {

/// Refuse what has the wrong type, naming the field. Booleans that come as text become booleans; null counts as absent.
Answer<void> check_job_types(JsonObject& settings);
Answer<void> check_task_types(JsonObject& task, std::string_view key);

}  // namespace weir::workspace
