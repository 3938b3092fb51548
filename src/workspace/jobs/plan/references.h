// Dynamic value references: "{{job.run_id}}" in a task's parameters becomes the run's id when the task starts. Look-ups
// only: what comes out is never looked at again, and what is not known stays as it was written.
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "workspace/jobs/drivers/driver_start.h"
#include "workspace/jobs/runs/run.h"

namespace weir::workspace {

using References = std::map<std::string, std::string, std::less<>>;

/// What a task run has set with dbutils.jobs.taskValues: an object by key.
using ValuesOf = std::function<json(std::int64_t task_run_id)>;

/// Everything the parameters of `task` may refer to. `tasks` are all task runs of the job run `run`.
References references_of(const DriverSetting& setting, const Run& run, const std::vector<Run>& tasks,
                         const Run& task, const ValuesOf& values_of);

/// The task with every text inside its type's settings resolved; of a for_each_task only its inputs, for the rest is
/// resolved in each iteration. The error says which value of another task is not there.
std::expected<json, std::string> resolve_task(json task, const References& references);

/// Names may be quoted: {{job.parameters.`a-b`}}.
std::string resolve_text(std::string_view text, const References& references);

}  // namespace weir::workspace
