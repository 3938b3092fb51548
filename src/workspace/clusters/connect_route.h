// The way of Spark Connect clients to their clusters. They reach the workspace's own port, as they reach Databricks', with
// its token and the id of a cluster in the headers of each call:
//
//   sc://localhost:PORT/;token=TOKEN;x-databricks-cluster-id=ID
//
// A cluster that does not run is started, and its calls wait for it. One that its user terminates while it starts stays
// terminated, and the calls that waited for it are refused.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "net/grpc_route.h"
#include "workspace/clusters/clusters.h"
#include "workspace/rest/guard.h"

namespace weir::workspace {

/// Loop thread only.
class ConnectRoute {
 public:
  ConnectRoute(Clusters& clusters, const Guard& guard);
  void decide(const net::Headers& call, net::GrpcDecision decision);

 private:
  struct Waiting {
    net::GrpcDecision decide{};
    bool came_while_ending =
        false;  ///< after the wish that the cluster ends, so it is a wish for its next start
  };

  void decide_for(const Cluster& cluster, net::GrpcDecision decision);
  void send_to(const Cluster& cluster, const net::GrpcDecision& decision);
  void cluster_changed(const Cluster& cluster);
  void cluster_ended(const Cluster& cluster);
  Answer<void> start_again(const std::string& cluster_id);
  std::vector<Waiting> take_waiting(const std::string& cluster_id);
  void note_use(const std::string& cluster_id);

  Clusters& clusters_;
  const Guard& guard_;
  std::multimap<std::string, Waiting, std::less<>> waiting_;  ///< by the id of their cluster
  /// Of clusters that run, as far as calls went there: a call must not cost a look into the tables and a file.
  std::map<std::string, net::GrpcTarget, std::less<>> known_;
  std::map<std::string, std::chrono::steady_clock::time_point, std::less<>>
      noted_;  ///< when its driver heard last of use
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace weir::workspace
