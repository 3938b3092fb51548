// A cluster as the REST API shows it.
#pragma once

#include <string>

#include "workspace/clusters/cluster.h"
#include "workspace/rest/guard.h"

namespace weir::workspace {

struct ClusterView {
  std::string user{};
  std::string org_id{};
  unsigned cores = 1;
  Doors doors{};

  /// `endpoints` is what the driver of a running cluster wrote; null otherwise.
  JsonObject show(const Cluster& cluster, const json& endpoints) const;

 private:
  std::string connect_address(const Cluster& cluster, const json& endpoints) const;
};

JsonObject show_event(const std::string& cluster_id, const ClusterEvent& event);

/// This machine as a node type. Clients sort node types by these fields, so none may be missing.
JsonObject this_machine(unsigned cores);
std::int64_t memory_mb();

}  // namespace weir::workspace
