// What the spec of a cluster means for the process that runs on it: which Spark master, which settings of Spark, which
// environment. The same for a run's own driver (new_cluster) and for a cluster's.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "workspace/secrets/secret_store.h"
#include "workspace/spark/driver_setting.h"

namespace weir::workspace {

struct Compute {
  std::string master{};
  JsonObject spark_conf{};  ///< without those that refer to secrets: they travel in the environment only
  std::vector<std::string> environment{};
};

/// The error is a sentence: a value refers to a secret that is not there.
std::expected<Compute, std::string> compute_of(const DriverSetting& setting, SecretStore& secrets,
                                               const json& cluster);

/// A sentence when the interpreter that runs drivers is gone.
std::optional<std::string> missing_interpreter(const DriverSetting& setting);

/// "local[2]": one thread for each asked worker, at most one for each core. No workers, or no cluster at all, means all
/// cores. A spark.master in the cluster's spark_conf goes first.
std::string spark_master(const json& cluster, unsigned cores);

}  // namespace weir::workspace
