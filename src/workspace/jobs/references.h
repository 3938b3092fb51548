// Dynamic value references: "{{job.run_id}}" in a task's parameters becomes the run's id when the task starts. Look-ups
// only: what comes out is never looked at again, and what is not known stays as it was written.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "workspace/jobs/driver_start.h"
#include "workspace/jobs/run.h"

namespace weir::workspace {

using References = std::map<std::string, std::string, std::less<>>;

/// Everything the parameters of `task` may refer to. `tasks` are all task runs of `run`.
References references_of(const DriverSetting& setting, const Run& run, const std::vector<Run>& tasks,
                         const Run& task);

/// The task with every text inside its type's settings resolved. Names may be quoted: {{job.parameters.`a-b`}}.
json resolve_references(json task, const References& references);
std::string resolve_references(std::string_view text, const References& references);

}  // namespace weir::workspace
