#include <algorithm>

#include <fmt/format.h>

#include "workspace/jobs/runner/runner.h"
#include "workspace/jobs/settings/job_clusters.h"

namespace weir::workspace {
namespace {

/// Where tasks wait that need a job cluster while there are too many: no cluster has this id.
constexpr std::string_view for_room{};

/// Of those that have ended, so many are kept to be looked at, as on Databricks.
constexpr std::size_t ended_job_clusters_max = 30;

bool is_alive(const Cluster& cluster) { return cluster.source == job_source && !cluster.has_ended(); }

}  // namespace

/// Made anew for a task that comes after an earlier one has ended: its libraries are then those of today. A task that has to
/// wait for room takes no place.
Result<void> Runner::start_job_cluster(Run task, const std::string& cluster_id,
                                       const std::optional<Cluster>& earlier) {
  auto may = may_have_job_cluster(task);
  if (!may) return std::unexpected(may.error());
  if (!*may) {
    waiting_.emplace(for_room, task.run_id);
    return {};
  }
  auto run = runs_.find(task.job_run_id());
  if (!run || !*run) return run ? Result<void>() : std::unexpected(run.error());
  auto spec = job_cluster_spec(**run, task, cluster_id);
  if (!spec) return end_task(std::move(task), cluster_error(spec.error().message));
  waiting_.emplace(cluster_id, task.run_id);
  if (earlier)
    if (auto removed = clusters_.store().remove(earlier->id); !removed) return removed;
  auto created = clusters_.create(std::move(*spec), std::string(job_source), cluster_id);
  return created ? Result<void>() : end_task(std::move(task), cluster_error(created.error().message));
}

/// A run that has one already may take another, so that no two runs wait for each other's for ever; and so may one that
/// a task of such a run has started, since that task keeps its run's clusters alive until it has ended.
Result<bool> Runner::may_have_job_cluster(const Run& task) {
  auto clusters = clusters_.store().all();
  if (!clusters) return std::unexpected(clusters.error());
  auto alive = std::ranges::count_if(*clusters, is_alive);
  if (std::cmp_less(alive, options_.job_clusters_max)) return true;
  auto run = runs_.find(task.job_run_id());
  if (!run || !*run) return run ? Result<bool>(true) : std::unexpected(run.error());
  while (*run) {
    auto own = job_clusters_of(**run);
    auto is_own = [&](const Cluster& cluster) { return is_alive(cluster) && own.contains(cluster.id); };
    if (std::ranges::any_of(*clusters, is_own)) return true;
    run = run_above(**run);
    if (!run) return std::unexpected(run.error());
  }
  return false;
}

/// Each as soon as no task of the run is to use it any more, so at the latest when the run ends, however it does.
Result<void> Runner::end_unused_job_clusters(const Run& run) {
  auto unused = job_clusters_of(run);
  if (unused.empty()) return {};
  auto tasks = runs_.tasks_of(run.run_id);
  if (!tasks) return std::unexpected(tasks.error());
  for (const std::string& id : job_clusters_in_use(*tasks)) unused.erase(id);
  for (const std::string& id : unused) {
    auto cluster = clusters_.store().find(id);
    if (!cluster) return std::unexpected(cluster.error());
    if (!*cluster || (*cluster)->has_ended()) continue;
    auto ended = clusters_.terminate(std::move(**cluster), {.code = "JOB_FINISHED", .type = "SUCCESS"});
    if (!ended) return fail(Code::internal, ended.error().message);
  }
  return {};
}

/// Those whose run ended with the last server, before they could be told.
Result<void> Runner::end_orphaned_job_clusters(const std::set<std::string>& in_use) {
  auto clusters = clusters_.store().all();
  if (!clusters) return std::unexpected(clusters.error());
  for (Cluster& cluster : *clusters) {
    if (!is_alive(cluster) || in_use.contains(cluster.id)) continue;
    auto ended = clusters_.terminate(std::move(cluster), {.code = "JOB_FINISHED", .type = "SUCCESS"});
    if (!ended) return fail(Code::internal, ended.error().message);
  }
  return {};
}

/// After one has ended: its libraries are of no use any more, and whoever waits for room has some.
Result<void> Runner::forget_job_clusters() {
  auto [begin, end] = waiting_.equal_range(std::string(for_room));
  for (auto it = begin; it != end; ++it) ready_.push_back(it->second);
  waiting_.erase(begin, end);
  start_ready();

  auto clusters = clusters_.store().all();
  if (!clusters) return std::unexpected(clusters.error());
  std::size_t kept = 0;
  for (const Cluster& cluster : *clusters) {
    if (cluster.source != job_source || !cluster.has_ended()) continue;
    std::error_code ignored;
    std::filesystem::remove_all(home_.cluster(cluster.id) / "libraries", ignored);
    if (++kept <= ended_job_clusters_max) continue;
    std::filesystem::remove_all(home_.cluster(cluster.id), ignored);
    if (auto removed = clusters_.store().remove(cluster.id); !removed) return removed;
  }
  return {};
}

}  // namespace weir::workspace
