#include "workspace/jobs/settings/job_clusters.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/nearest.h"
#include "workspace/clusters/cluster_spec.h"
#include "workspace/jobs/settings/job_settings.h"

namespace weir::workspace {
namespace {

const JsonArray& clusters_in(const JsonObject& settings) {
  static const JsonArray none;
  const json* clusters = settings.if_contains("job_clusters");
  return clusters && clusters->is_array() ? clusters->get_array() : none;
}

Answer<std::vector<std::string>> read_keys(const JsonObject& settings) {
  const json* given = settings.if_contains("job_clusters");
  if (given && !given->is_null() && !given->is_array())
    return invalid_parameter("Field 'job_clusters' must be an array.");
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < clusters_in(settings).size(); ++i) {
    const json& one = clusters_in(settings)[i];
    std::string key = string_or(one, "job_cluster_key", "");
    if (!is_task_key(key))
      return invalid_parameter(fmt::format(
          "job_clusters[{}].job_cluster_key is '{}': it needs letters, digits, '_' or '-'.", i, key));
    if (std::ranges::find(keys, key) != keys.end())
      return invalid_parameter(fmt::format("Two job clusters have the key '{}'.", key));
    const json* cluster = find(one, "new_cluster");
    if (!cluster || !cluster->is_object())
      return invalid_parameter(fmt::format("Missing required field: job_clusters[{}].new_cluster.", i));
    if (auto spec = normalize_cluster_spec(cluster->get_object()); !spec)
      return invalid_parameter(fmt::format("job_clusters[{}].new_cluster: {}", i, spec.error().message));
    keys.push_back(std::move(key));
  }
  return keys;
}

/// Of the task, or of the one that a for_each_task repeats.
std::optional<std::string> key_of(const json& task) {
  if (auto key = find_string(task, "job_cluster_key")) return key;
  const json* loop = find(task, "for_each_task");
  const json* repeated = loop ? find(*loop, "task") : nullptr;
  return repeated ? find_string(*repeated, "job_cluster_key") : std::nullopt;
}

std::string id_of(std::int64_t job_id, std::int64_t run_id, std::string_view key) {
  return fmt::format("job-{}-run-{}-{}", job_id, run_id, key);
}

}  // namespace

Answer<void> check_job_clusters(const JsonObject& settings) {
  auto keys = read_keys(settings);
  if (!keys) return std::unexpected(keys.error());
  for (const json& task : tasks_of(settings)) {
    auto key = key_of(task);
    if (!key || std::ranges::find(*keys, *key) != keys->end()) continue;
    std::string hint = suggest(*key, *keys);
    return invalid_parameter(fmt::format("Task '{}': the job has no job cluster '{}'{}.",
                                         string_or(task, "task_key", ""), *key,
                                         hint.empty() ? "" : " (" + hint + ")"));
  }
  return {};
}

std::optional<std::string> cluster_of_task(const Run& task) {
  if (auto existing = find_string(task.spec, "existing_cluster_id")) return existing;
  auto key = find_string(task.spec, "job_cluster_key");
  if (!key) return std::nullopt;
  return id_of(task.job_id, task.job_run_id(), *key);
}

Answer<JsonObject> job_cluster_spec(const Run& run, const Run& task, const std::string& cluster_id) {
  std::string key = string_or(task.spec, "job_cluster_key", "");
  const json* settings = find(run.spec, "settings");
  const JsonObject none;
  for (const json& one : clusters_in(settings && settings->is_object() ? settings->get_object() : none)) {
    if (string_or(one, "job_cluster_key", "") != key) continue;
    JsonObject spec = one.at("new_cluster").get_object();
    spec["cluster_name"] = cluster_id;
    spec["autotermination_minutes"] = 0;  // it ends with its run
    return normalize_cluster_spec(std::move(spec));
  }
  return invalid_parameter(fmt::format("The job has no job cluster '{}' any more.", key));
}

std::set<std::string> job_clusters_in_use(const std::vector<Run>& tasks) {
  std::set<std::string> in_use;
  for (const Run& task : tasks)
    if (auto key = key_of(task.spec); key && !task.has_ended())
      in_use.insert(id_of(task.job_id, task.job_run_id(), *key));
  return in_use;
}

std::set<std::string> job_clusters_of(const Run& run) {
  std::set<std::string> ids;
  const json* settings = find(run.spec, "settings");
  if (!settings || !settings->is_object()) return ids;
  for (const json& one : clusters_in(settings->get_object()))
    ids.insert(id_of(run.job_id, run.run_id, string_or(one, "job_cluster_key", "")));
  return ids;
}

}  // namespace weir::workspace
