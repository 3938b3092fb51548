#include "databricks/client/cluster_requests.h"

#include "databricks/client/request_parts.h"
#include "databricks/wire/limits.h"

namespace weir::databricks::requests {

ApiRequest create_cluster(json specification) {
  return order_once("/api/2.1/clusters/create", std::move(specification));
}

ApiRequest edit_cluster(json specification) {
  return order_once("/api/2.1/clusters/edit", std::move(specification));
}

ApiRequest cluster(std::string_view cluster_id) {
  return ask("/api/2.1/clusters/get", {{"cluster_id", std::string(cluster_id)}});
}

ApiRequest clusters(std::string_view page_token) {
  return ask("/api/2.1/clusters/list",
             with_page({{"page_size", std::to_string(clusters_per_page_max)}}, page_token));
}

ApiRequest start_cluster(std::string_view cluster_id) {
  return order("/api/2.1/clusters/start", {{"cluster_id", cluster_id}});
}

ApiRequest restart_cluster(std::string_view cluster_id) {
  return order_once("/api/2.1/clusters/restart", {{"cluster_id", cluster_id}});
}

ApiRequest terminate_cluster(std::string_view cluster_id) {
  return order("/api/2.1/clusters/delete", {{"cluster_id", cluster_id}});
}

ApiRequest delete_cluster_for_good(std::string_view cluster_id) {
  return order("/api/2.1/clusters/permanent-delete", {{"cluster_id", cluster_id}});
}

ApiRequest resize_cluster(json body) { return order("/api/2.1/clusters/resize", std::move(body)); }

ApiRequest cluster_events(json body) { return order("/api/2.1/clusters/events", std::move(body)); }

ApiRequest spark_versions() { return ask("/api/2.1/clusters/spark-versions"); }

ApiRequest node_types() { return ask("/api/2.1/clusters/list-node-types"); }

}  // namespace weir::databricks::requests
