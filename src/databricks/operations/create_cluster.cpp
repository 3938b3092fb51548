// databricks.create_cluster. The API has no idempotency token for clusters, so each carries the token of its attempt as
// a tag: after a crash or a lost answer the cluster with that tag is looked for before another one is made.
#include <algorithm>

#include <fmt/format.h>

#include "databricks/client/cluster_requests.h"
#include "databricks/operations/cluster_steps.h"
#include "databricks/operations/clusters.h"

namespace weir::databricks::operations {

using enum core::FieldType;

namespace {

constexpr auto mark = "weir_attempt";
constexpr int looks_in_doubt_max = 3;

Step prepare(const Task& task) {
  Given given(task.inputs);
  given.text("spark_version");
  given.not_together("num_workers", "autoscale", "keep one of them");
  bool wait = given.flag_or("wait", true);
  auto name = given.text_or("cluster_name", fmt::format("{}/{}", task.flow, task.key));
  const json* tags = given.any("custom_tags");
  if (tags && !tags->is_object()) given.refuse("/custom_tags", "custom_tags must be an object");
  if (auto bad = given.problem()) return refused(*bad);
  JsonObject body = task.inputs.get_object();
  body.erase("wait");
  body["cluster_name"] = name;
  if (!tags) body["custom_tags"] = JsonObject{};
  body["custom_tags"].get_object()[mark] = task.token;
  return commit({{"body", std::move(body)}, {"wait", wait}});
}

std::vector<std::string> marked(const JsonArray& clusters, const std::string& token) {
  std::vector<std::string> ids;
  for (const auto& cluster : clusters) {
    const json* tags = find(cluster, "custom_tags");
    if (tags && string_or(*tags, mark, "") == token) ids.push_back(string_or(cluster, "cluster_id", ""));
  }
  return ids;
}

Step found(const json& plan, const std::string& cluster_id) {
  return attach({{"cluster_id", cluster_id}}, [=, wait = bool_or(plan, "wait", true)] {
    if (wait) return until_running(cluster_id);
    auto name = string_or(*find(plan, "body"), "cluster_name", "");
    return done({{"cluster_id", cluster_id}, {"cluster_name", name}, {"state", "PENDING"}});
  });
}

/// Looks for the cluster of this attempt until it is there, or has not come up for a while.
Step find_marked(const std::string& token, int looks_left, std::function<Step(std::string)> then, Then none) {
  return all_clusters([=](const JsonArray& clusters) {
    auto ids = marked(clusters, token);
    if (!ids.empty()) return then(ids.front());
    if (looks_left == 0) return none();
    return pause_in_doubt([=] { return find_marked(token, looks_left - 1, then, none); });
  });
}

Step create(const std::string& token, const json& plan);

Step after_doubt(const std::string& token, const json& plan) {
  return find_marked(
      token, looks_in_doubt_max,
      [=](const std::string& cluster_id) {
        return say(fmt::format("cluster {} is the one of this attempt", cluster_id),
                   [=] { return found(plan, cluster_id); });
      },
      [=] {
        return warn("no cluster carries the mark of this attempt: creating it",
                    [=] { return create(token, plan); });
      });
}

Step create(const std::string& token, const json& plan) {
  auto created = [=](const Answer& answer) {
    if (!answer) return refused(answer.error());
    auto cluster_id = string_or(*answer, "cluster_id", "");
    return cluster_id.empty() ? after_doubt(token, plan) : found(plan, cluster_id);
  };
  return order(requests::create_cluster(*find(plan, "body")), created,
               [=] { return after_doubt(token, plan); });
}

Step begin(const Task& task, const json& plan, bool again) {
  return again ? after_doubt(task.token, plan) : create(task.token, plan);
}

Step resume(const Task&, const json& plan, const json& remote) {
  return found(plan, string_or(remote, "cluster_id", ""));
}

/// Nobody else knows of the cluster yet, and it costs money: it is not left behind.
Step stop(const Task& task, const json&, const json& remote) {
  auto terminate = [](const std::string& cluster_id) {
    return until_terminated(cluster_id, [](const json&) { return cancelled(); });
  };
  if (auto cluster_id = find_string(remote, "cluster_id")) return terminate(*cluster_id);
  return find_marked(task.token, looks_in_doubt_max, terminate, cancelled);
}

}  // namespace

Operation create_cluster_operation() {
  return {
      .kind =
          {.name = "databricks.create_cluster",
           .summary = "Creates a cluster, and waits until it is running",
           .fields =
               {{.name = "cluster_name", .type = string, .summary = "default: <flow>/<task>"},
                {.name = "spark_version", .type = string, .required = true, .summary = "15.4.x-scala2.12"},
                {.name = "node_type_id", .type = string, .summary = "type of its machines"},
                {.name = "num_workers", .type = integer, .summary = "how many; or give autoscale"},
                {.name = "autoscale", .type = object, .summary = "min_workers and max_workers"},
                {.name = "autotermination_minutes",
                 .type = integer,
                 .summary = "of doing nothing before it ends; 0: never"},
                {.name = "spark_conf", .type = object, .summary = "Spark's settings"},
                {.name = "spark_env_vars", .type = object, .summary = "environment of its processes"},
                {.name = "custom_tags", .type = object, .summary = "names and values"},
                {.name = "init_scripts", .type = array, .summary = "run when a node starts"},
                {.name = "wait", .type = boolean, .summary = "false: do not wait until it is running"}},
           .open = true,
           .result_name = "Cluster",
           .result = cluster_fields()},
      .prepare = prepare,
      .begin = begin,
      .resume = resume,
      .stop = stop};
}

}  // namespace weir::databricks::operations
