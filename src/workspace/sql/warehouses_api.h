// /api/2.0/sql/warehouses: a warehouse is a cluster that clusters/list does not show, under the states of its own API.
#pragma once

#include "workspace/clusters/cluster_view.h"
#include "workspace/clusters/clusters.h"
#include "workspace/rest/router.h"

namespace weir::workspace {

class WarehousesApi {
 public:
  WarehousesApi(Clusters& clusters, ClusterView view) : clusters_(clusters), view_(std::move(view)) {}
  void add_routes(Router& router);

  /// One that is stopped, as a new Databricks workspace has: what asks for SQL need not make a warehouse first.
  Result<void> make_starter();

 private:
  Reply create(const Call& call);
  Reply edit(const Call& call);
  Reply start(const Call& call);
  Reply stop(const Call& call);
  Reply remove(const Call& call);
  Reply get(const Call& call);
  Reply list();
  Answer<Cluster> warehouse_of(const Call& call);
  JsonObject show(const Cluster& warehouse) const;

  Clusters& clusters_;
  ClusterView view_;
};

}  // namespace weir::workspace
