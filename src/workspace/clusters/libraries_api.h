// /api/2.0/libraries: what a cluster is to have installed. The workspace keeps the list; the cluster's driver installs, and
// writes to a file what became of each.
#pragma once

#include "workspace/clusters/clusters.h"
#include "workspace/rest/router.h"

namespace weir::workspace {

class LibrariesApi {
 public:
  explicit LibrariesApi(Clusters& clusters) : clusters_(clusters) {}
  void add_routes(Router& router);

 private:
  Reply install(const Call& call);
  Reply uninstall(const Call& call);
  Reply cluster_status(const Call& call);
  Reply all_statuses();
  Answer<JsonArray> statuses_of(const Cluster& cluster);

  Clusters& clusters_;
};

}  // namespace weir::workspace
