// Clusters, what happened to them, and the libraries they are to have.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workspace/clusters/cluster.h"
#include "workspace/home/state.h"

namespace weir::workspace {

/// One library of a cluster. Its text is its identity: the JSON of the request with its keys in order.
struct ClusterLibrary {
  std::string library{};
  bool is_wanted = true;  ///< false: it goes when the cluster starts the next time
};

struct EventQuery {
  std::string cluster_id{};
  std::vector<std::string> types{};  ///< empty for all
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;  ///< 0: up to this moment
  bool oldest_first = false;
  std::int64_t offset = 0;
  std::int64_t limit = 50;
};

class ClusterStore {
 public:
  explicit ClusterStore(State& state) : state_(state) {}

  Result<void> put(const Cluster& cluster);  ///< a new one, or all that can change of a known one
  Result<std::optional<Cluster>> find(std::string_view id);
  Result<std::vector<Cluster>> all();  ///< newest first
  Result<void> remove(std::string_view id);

  Result<void> add_event(std::string_view id, const ClusterEvent& event);
  Result<std::vector<ClusterEvent>> events(const EventQuery& query);
  Result<std::int64_t> count_events(const EventQuery& query);

  Result<std::vector<ClusterLibrary>> libraries(std::string_view id);
  Result<void> put_library(std::string_view id, const ClusterLibrary& library);
  Result<bool> drop_unwanted_libraries(std::string_view id);  ///< true when there were any

 private:
  State& state_;
};

}  // namespace weir::workspace
