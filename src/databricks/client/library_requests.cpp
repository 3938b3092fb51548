#include "databricks/client/library_requests.h"

#include "databricks/client/request_parts.h"

namespace weir::databricks::requests {

ApiRequest install_libraries(std::string_view cluster_id, json libraries) {
  return order("/api/2.0/libraries/install",
               {{"cluster_id", cluster_id}, {"libraries", std::move(libraries)}});
}

ApiRequest uninstall_libraries(std::string_view cluster_id, json libraries) {
  return order("/api/2.0/libraries/uninstall",
               {{"cluster_id", cluster_id}, {"libraries", std::move(libraries)}});
}

ApiRequest library_statuses(std::string_view cluster_id) {
  return ask("/api/2.0/libraries/cluster-status", {{"cluster_id", std::string(cluster_id)}});
}

ApiRequest all_library_statuses() { return ask("/api/2.0/libraries/all-cluster-statuses"); }

}  // namespace weir::databricks::requests
