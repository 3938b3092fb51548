// What the spec of a cluster means for the process that runs on it: which Spark master, which settings of Spark, which
// environment. The same for a run's own driver (new_cluster) and for a cluster's.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "workspace/secrets/secret_store.h"
#include "workspace/spark/driver_setting.h"

namespace weir::workspace {

struct Compute {
  std::filesystem::path python{};  ///< the interpreter, by the cluster's spark_version
  std::string master{};
  JsonObject spark_conf{};  ///< without those that refer to secrets: they travel in the environment only
  std::vector<std::string> environment{};
  bool can_be_warm =
      false;  ///< a JVM that runs already, in the environment of all drivers, can be told all of it
};

/// The error is a sentence: a value refers to a secret that is not there, or the workspace has no such Spark.
std::expected<Compute, std::string> compute_of(const DriverSetting& setting, SecretStore& secrets,
                                               const json& cluster);

/// What drivers have in their environment before a cluster adds to it.
std::vector<std::string> plain_environment(const DriverSetting& setting);

/// The beginnings of names of Spark's settings that take effect only when its JVM starts.
std::span<const std::string_view> cold_settings();

/// A sentence when the interpreter is gone.
std::optional<std::string> missing_interpreter(const std::filesystem::path& python);

/// "local[2]": one thread for each asked worker, at most one for each core. No workers, or no cluster at all, means all
/// cores. A spark.master in the cluster's spark_conf goes first.
std::string spark_master(const json& cluster, unsigned cores);

}  // namespace weir::workspace
