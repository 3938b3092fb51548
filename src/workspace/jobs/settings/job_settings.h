// Job settings and one-time submissions in one form, whatever version of the API they came through: a list of
// tasks, integers that are integers, and the defaults that clients expect to read back. What is not known is
// kept.
#pragma once

#include <string_view>

#include "base/json.h"
#include "workspace/rest/answer.h"

namespace weir::workspace {

/// `given` is the body of jobs/create, the new_settings of reset, or the body of runs/submit. Refuses, naming
/// the task: bad or repeated keys, dependencies that do not exist or form a circle, no or several types of
/// task. Types that the workspace cannot run yet are kept: a run of them ends with the reason.
Answer<JsonObject> normalize_settings(JsonObject given, std::string_view version);

/// The new_settings of jobs/update, ready to be merged into settings: with the types and the list of tasks of normalized
/// ones, and without their defaults. A change may speak of what only the job has, so nothing else is checked of it: the
/// merged settings are normalized anyway.
Answer<JsonObject> coerce_changes(JsonObject given);

/// The same settings as API 2.0 shows them: a single task's fields at the top, no list of tasks.
JsonObject settings_for_2_0(JsonObject settings);

/// The field that says what the task is ("notebook_task"); empty when there is none.
std::string_view type_of_task(const JsonObject& task);

/// What tasks and job clusters may be called.
bool is_task_key(std::string_view key);

/// The tasks of normalized settings.
const JsonArray& tasks_of(const JsonObject& settings);

}  // namespace weir::workspace
