// /api/2.0 and 2.1/clusters: the clusters of this workspace, and what may be named in one.
#pragma once

#include "workspace/clusters/cluster_view.h"
#include "workspace/clusters/clusters.h"
#include "workspace/rest/router.h"

namespace weir::workspace {

class ClustersApi {
 public:
  /// `runtimes` are what spark-versions lists.
  ClustersApi(Clusters& clusters, ClusterView view, JsonArray runtimes)
      : clusters_(clusters), view_(std::move(view)), runtimes_(std::move(runtimes)) {}
  void add_routes(Router& router);

 private:
  Reply create(const Call& call);
  Reply edit(const Call& call);
  Reply update(const Call& call);
  Reply start(const Call& call);
  Reply restart(const Call& call);
  Reply terminate(const Call& call);
  Reply remove(const Call& call);
  Reply resize(const Call& call);
  Reply pin(const Call& call, bool is_pinned);
  Reply get(const Call& call);
  Reply list(const Call& call);
  Reply events(const Call& call);

  Answer<Cluster> cluster_of(const Call& call);
  Answer<Cluster> own_cluster_of(const Call& call);
  Answer<std::optional<std::string>> cluster_of_token(std::string_view token);
  Answer<JsonObject> spec_to_create(const Call& call);
  Result<void> keep(const Cluster& cluster, std::string event, JsonObject details = {});
  JsonObject show(const Cluster& cluster) const;

  Clusters& clusters_;
  ClusterView view_;
  JsonArray runtimes_;
  SystemClock clock_;
};

/// "Cluster 1127-… does not exist", in the wording that clients match. Jobs, libraries and statements say it too.
std::unexpected<ApiError> unknown_cluster(std::string_view id);
Answer<Cluster> find_cluster(ClusterStore& store, const Call& call);  ///< that of the field `cluster_id`

/// Ended because somebody asked for it.
Termination asked_by(const std::string& user);

}  // namespace weir::workspace
