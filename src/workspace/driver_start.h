// From a task run to the command that runs it: which file, with which parameters, on which Spark master, in
// which environment. What the workspace cannot do is found here, at the start of the run, as on Databricks:
// the run then ends with the reason.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "process/detached.h"
#include "workspace/objects.h"
#include "workspace/run.h"

namespace weir::workspace {

/// What all drivers of one workspace share.
struct DriverSetting {
  std::filesystem::path python{};
  std::filesystem::path main{};  ///< the driver's main.py
  std::string host{};            ///< "http://127.0.0.1:8123"
  std::string org_id{};
  std::string user{};
  unsigned cores = 1;
};

/// Files of one task run.
struct RunFolder {
  std::filesystem::path root{};
  std::filesystem::path task() const { return root / "task.json"; }
  std::filesystem::path work() const { return root / "work"; }  ///< the driver's working directory
  std::filesystem::path out() const { return root / "stdout"; }
  std::filesystem::path err() const { return root / "stderr"; }
  std::filesystem::path exit() const { return root / "exit"; }  ///< how it ended, see process/detached.h
  std::filesystem::path result() const { return root / "result.json"; }
  std::filesystem::path started() const { return root / "started"; }  ///< there once the driver was executed
};

struct DriverStart {
  json task{};  ///< for task.json
  process::DetachedSpec process{};
};

/// The error is how the task run ends.
std::expected<DriverStart, Ending> plan_driver(const DriverSetting& setting, const FileTree& dbfs,
                                               const Objects& objects, const Run& task,
                                               const RunFolder& folder);

/// "local[2]": one thread for each asked worker, at most one for each core. No workers, or no new cluster,
/// means all cores. A spark.master in the cluster's spark_conf goes first.
std::string spark_master(const json& new_cluster, unsigned cores);

}  // namespace weir::workspace
