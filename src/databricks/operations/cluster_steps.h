// Steps that operations on clusters share.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "databricks/operations/given.h"
#include "databricks/operations/operation.h"

namespace weir::databricks::operations {

/// The fields `cluster` and `cluster_id`, followed by `more`.
std::vector<core::Field> cluster_reference(std::vector<core::Field> more = {});

/// The cluster these fields name: `cluster_id`, or `cluster`: its id, its name when only one cluster that is not
/// terminated has it (or else only one that is), or an object with a cluster_id, such as create_cluster gives.
Step with_cluster(const Task& task, std::function<Step(std::string cluster_id)> then);

/// Every cluster of the workspace.
Step all_clusters(std::function<Step(JsonArray clusters)> then);

/// One look at a cluster. Being told a few times that it does not exist is needed to believe it.
Step look_at_cluster(std::string cluster_id, std::function<Step(const json& cluster)> then);

std::string cluster_state(const json& cluster);
bool is_up(std::string_view state);    ///< RUNNING or RESIZING
bool is_down(std::string_view state);  ///< TERMINATED or ERROR: nothing more happens by itself

/// {"cluster_id", "cluster_name", "state"}
json cluster_value(const json& cluster);
std::vector<core::Field> cluster_fields();

/// Why a cluster ended, and whether trying again is sensible: not after a mistake in its specification.
Step ended_early(const json& cluster);

/// Waits until it is RUNNING; one that ends instead is a failure.
Step until_running(std::string cluster_id);

/// Until it is TERMINATED; sends the order when it is not on its way there.
Step until_terminated(std::string cluster_id, std::function<Step(const json& cluster)> then);

}  // namespace weir::databricks::operations
