#include <algorithm>

#include <fmt/format.h>

#include "workspace/jobs/runner/runner.h"
#include "workspace/jobs/settings/job_clusters.h"

namespace weir::workspace {
namespace {

constexpr auto leave_timeout = std::chrono::seconds(30);

}  // namespace

/// On the cluster as soon as it runs: one that has ended is started, and the task waits, as it does for one that is on
/// its way. A task that waits takes no place.
Result<void> Runner::start_on_cluster(Run task, const std::string& cluster_id) {
  auto found = clusters_.store().find(cluster_id);
  if (!found) return std::unexpected(found.error());
  bool is_of_job = !find_string(task.spec, "existing_cluster_id");
  if (is_of_job && (!*found || (*found)->has_ended()))
    return start_job_cluster(std::move(task), cluster_id, *found);
  if (!*found)
    return end_task(std::move(task), cluster_error(fmt::format("Cluster {} does not exist", cluster_id)));
  const Cluster& cluster = **found;
  if (!is_of_job && cluster.source == job_source)
    return end_task(std::move(task),
                    cluster_error("existing_cluster_id only supports all-purpose cluster IDs"));
  if (cluster.is_running())
    return start_on(std::move(task), Attachment{.cluster_spec = cluster.spec,
                                                .ready_file = clusters_.folder_of(cluster).ready()});
  if (cluster.has_ended())
    if (auto started = clusters_.start(cluster); !started)
      return end_task(std::move(task), cluster_error(started.error().message));
  waiting_.emplace(cluster_id, task.run_id);
  return {};
}

/// Whatever the run had Spark do on its cluster ends with it.
void Runner::leave_cluster(const Run& task) {
  auto id = cluster_of_task(task);
  auto cluster = id ? clusters_.store().find(*id) : Result<std::optional<Cluster>>(std::nullopt);
  if (!cluster || !*cluster || !(*cluster)->is_running()) return;
  clusters_.ask(**cluster, "/runs/ended", {{"run", std::to_string(task.run_id)}}, leave_timeout,
                [](const Result<json>&) {});
}

void Runner::cluster_changed(const Cluster& cluster) {
  if (cluster.is_running()) {
    auto [begin, end] = waiting_.equal_range(cluster.id);
    for (auto it = begin; it != end; ++it) ready_.push_back(it->second);
    waiting_.erase(begin, end);
    return start_ready();
  }
  // What is attached ends as soon as the cluster is to go: its driver would only find the other end closed.
  say_if_failed(end_attached(cluster), 0);
  if (!cluster.has_ended()) return;
  say_if_failed(end_waiting(cluster), 0);
  if (cluster.source == job_source) say_if_failed(forget_job_clusters(), 0);
}

/// A cluster that was on its way and did not come takes those who wait for it along, unless it was asked to end: then
/// they ask it to start once more.
Result<void> Runner::end_waiting(const Cluster& cluster) {
  std::vector<std::int64_t> tasks;
  auto [begin, end] = waiting_.equal_range(cluster.id);
  for (auto it = begin; it != end; ++it) tasks.push_back(it->second);
  waiting_.erase(begin, end);
  bool starts_again = cluster.termination.type == "SUCCESS";
  for (std::int64_t id : tasks) {
    auto task = runs_.find(id);
    if (!task) return std::unexpected(task.error());
    if (!*task || (*task)->has_ended()) continue;
    if (starts_again) {
      ready_.push_back(id);
      continue;
    }
    std::string message = fmt::format("Cluster {} could not be started ({}). {}", cluster.id,
                                      cluster.termination.code, cluster.message);
    if (auto ended = end_task(std::move(**task), cluster_error(std::move(message))); !ended) return ended;
  }
  start_ready();
  return {};
}

Result<void> Runner::end_attached(const Cluster& cluster) {
  std::vector<std::int64_t> running;
  for (const auto& [id, watch] : drivers_) running.push_back(id);
  for (std::int64_t id : running) {
    auto task = runs_.find(id);
    if (!task) return std::unexpected(task.error());
    if (!*task || cluster_of_task(**task) != cluster.id) continue;
    if (auto stopped = stop_task(std::move(**task), Stop::cluster_lost); !stopped) return stopped;
  }
  return {};
}

}  // namespace weir::workspace
