// What a task runs: its code, found where its settings say, and the parameters for it. The error is how the task run ends
// that has none.
#pragma once

#include <expected>
#include <string>

#include "workspace/jobs/runs/run.h"
#include "workspace/spark/driver_world.h"

namespace weir::workspace {

/// Members of task.json: "kind", "file", "shown_path", "parameters", and what else the kind needs.
std::expected<JsonObject, Ending> code_of(const DriverWorld& world, const JsonObject& task);

/// How a task run ends that cannot begin.
std::unexpected<Ending> cannot_start(std::string code, std::string message);

}  // namespace weir::workspace
