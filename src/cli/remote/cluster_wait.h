// Waiting for a cluster to come to a state.
#pragma once

#include <string>

#include "cli/terminal/terminal.h"
#include "databricks/client/clusters.h"

namespace weir::cli {

/// Whether nothing more happens by itself to a cluster in this state, in which it does not run.
bool is_final(const std::string& state);

/// Polls until the cluster is RUNNING, and says each state it is seen in. Code::failed, with the reason, when it ends
/// up in another state for good.
Result<void> wait_until_running(const databricks::Clusters& clusters, const std::string& cluster_id,
                                bool local, const Terminal& out);
Result<void> wait_until_terminated(const databricks::Clusters& clusters, const std::string& cluster_id,
                                   bool local, const Terminal& out);

}  // namespace weir::cli
