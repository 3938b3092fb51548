#include "workspace/erase.h"

#include <set>

#include <fmt/format.h>

#include "workspace/clusters/cluster_store.h"
#include "workspace/home/home.h"
#include "workspace/jobs/runs/run_store.h"
#include "workspace/jobs/settings/job_clusters.h"
#include "workspace/spark/drivers.h"

namespace weir::workspace {
namespace {

namespace fs = std::filesystem;

Result<void> end_drivers(const Home& home) {
  Drivers::end_all_waiting(home);
  auto state = State::open(home.database());
  if (!state) return std::unexpected(state.error());
  auto clusters = ClusterStore(*state).all();
  if (!clusters) return std::unexpected(clusters.error());
  for (const Cluster& cluster : *clusters)
    if (cluster.has_driver()) process::terminate_tree(cluster.supervisor);
  RunStore runs(*state);
  auto active = runs.active_of(0);
  if (!active) return std::unexpected(active.error());
  for (const Run& run : *active) {
    auto tasks = runs.all_below(run.run_id);
    if (!tasks) return std::unexpected(tasks.error());
    for (const Run& task : *tasks)
      if (!task.has_ended() && task.has_driver()) process::terminate_tree(task.supervisor);
  }
  return {};
}

/// The clusters and warehouses that runs which have not ended are attached to, or are still to use.
Result<std::set<std::string>> used_clusters(State& state) {
  RunStore runs(state);
  auto active = runs.active_of(0);
  if (!active) return std::unexpected(active.error());
  std::set<std::string> used;
  for (const Run& run : *active) {
    auto tasks = runs.all_below(run.run_id);
    if (!tasks) return std::unexpected(tasks.error());
    used.merge(job_clusters_in_use(*tasks));
    for (const Run& task : *tasks) {
      if (task.has_ended()) continue;
      used.insert(string_or(task.spec, "existing_cluster_id", ""));
      if (const json* sql = find(task.spec, "sql_task")) used.insert(string_or(*sql, "warehouse_id", ""));
    }
  }
  return used;
}

}  // namespace

Result<void> end_unused_clusters(const fs::path& home) {
  auto owned = Home::open(home);
  if (!owned) return std::unexpected(owned.error());
  auto state = State::open(owned->database());
  if (!state) return std::unexpected(state.error());
  auto used = used_clusters(*state);
  if (!used) return std::unexpected(used.error());
  ClusterStore store(*state);
  auto clusters = store.all();
  if (!clusters) return std::unexpected(clusters.error());
  for (Cluster& cluster : *clusters) {
    if (!cluster.has_driver() || used->contains(cluster.id)) continue;
    cluster.state = ClusterState::terminating;
    cluster.starts_again = false;
    cluster.termination = {.code = "USER_REQUEST", .type = "SUCCESS"};
    if (auto put = store.put(cluster); !put) return put;
    process::terminate_tree(cluster.supervisor);
  }
  return {};
}

Result<void> erase_workspace(const fs::path& home) {
  std::error_code error;
  if (!fs::exists(home, error)) return {};
  bool is_workspace = fs::exists(home / "workspace.db", error) || fs::is_empty(home, error);
  if (!is_workspace)
    return fail(Code::invalid,
                fmt::format("{} holds no workspace, so nothing in it was removed", home.string()));
  auto owned = Home::open(home);
  if (!owned) return std::unexpected(owned.error());
  if (auto ended = end_drivers(*owned); !ended) return ended;
  fs::remove_all(home, error);
  if (error)
    return fail(Code::internal, fmt::format("could not remove {}: {}", home.string(), error.message()));
  return {};
}

}  // namespace weir::workspace
