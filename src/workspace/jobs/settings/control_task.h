// Tasks that steer a run and have no code of their own, so no driver either: condition_task, run_job_task and
// for_each_task.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/json.h"
#include "workspace/rest/answer.h"

namespace weir::workspace {

enum class Control : std::uint8_t { none, condition, run_job, for_each };

/// Of a task as settings and runs have it.
Control control_of(const JsonObject& task);
Control control_of(const json& task);

/// Gives the settings of such a task the types the API has for them, and refuses what it refuses: fields that are
/// missing, comparisons that do not exist, a concurrency out of bounds. Other tasks are left alone.
Answer<void> check_control(JsonObject& task, std::string_view key);

/// The task that a for_each_task repeats; null for other tasks.
JsonObject* repeated_task(JsonObject& task);

/// depends_on[].outcome: "true" or "false", of a task that has one.
Answer<void> check_outcomes(const JsonArray& tasks);

}  // namespace weir::workspace
