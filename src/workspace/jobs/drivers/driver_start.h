// From a task run to the command that runs it: which file, with which parameters, on which Spark master, in
// which environment. What the workspace cannot do is found here, at the start of the run, as on Databricks:
// the run then ends with the reason.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>

#include "workspace/jobs/runs/run.h"
#include "workspace/spark/driver_world.h"

namespace weir::workspace {

/// Files of one task run.
struct RunFolder {
  std::filesystem::path root{};
  std::filesystem::path task() const { return root / "task.json"; }
  std::filesystem::path work() const { return root / "work"; }  ///< the driver's working directory
  std::filesystem::path out() const { return root / "stdout"; }
  std::filesystem::path err() const { return root / "stderr"; }
  std::filesystem::path exit() const { return root / "exit"; }  ///< how it ended, see process/detached.h
  std::filesystem::path result() const { return root / "result.json"; }
  std::filesystem::path values() const { return root / "values.json"; }  ///< what it set for other tasks
};

struct DriverStart {
  json task{};  ///< for task.json
  DriverLaunch process{};
};

/// The running cluster that a run attaches to, instead of a Spark of its own.
struct Attachment {
  JsonObject cluster_spec{};
  std::filesystem::path ready_file{};  ///< what the cluster's driver wrote when it was ready
};

/// The error is how the task run ends.
std::expected<DriverStart, Ending> plan_driver(const DriverWorld& world, const Run& task,
                                               const RunFolder& folder,
                                               const std::optional<Attachment>& attachment);

}  // namespace weir::workspace
