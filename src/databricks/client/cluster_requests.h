// The calls of the Clusters API.
#pragma once

#include <string_view>

#include "databricks/client/api_call.h"

namespace weir::databricks::requests {

/// Has no idempotency token: what a lost answer leaves behind is found by name or tag.
ApiRequest create_cluster(json specification);
ApiRequest edit_cluster(json specification);  ///< with cluster_id; a running cluster restarts
ApiRequest cluster(std::string_view cluster_id);
ApiRequest clusters(std::string_view page_token = {});
ApiRequest start_cluster(std::string_view cluster_id);
ApiRequest restart_cluster(std::string_view cluster_id);  ///< each arrival is a restart
ApiRequest terminate_cluster(std::string_view cluster_id);
ApiRequest delete_cluster_for_good(std::string_view cluster_id);
ApiRequest resize_cluster(json body);  ///< {"cluster_id", "num_workers" or "autoscale"}
ApiRequest cluster_events(json body);  ///< {"cluster_id", "limit", …}
ApiRequest spark_versions();
ApiRequest node_types();

}  // namespace weir::databricks::requests
