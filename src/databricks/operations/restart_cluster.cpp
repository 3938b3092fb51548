// databricks.restart_cluster. Each order is a restart, so one whose answer was lost is looked for in what the cluster
// says about its last start.
#include <fmt/format.h>

#include "databricks/client/cluster_requests.h"
#include "databricks/operations/cluster_steps.h"
#include "databricks/operations/clusters.h"

namespace weir::databricks::operations {
namespace {

constexpr int looks_in_doubt_max = 3;

/// What changes with each start.
json start_of(const json& cluster) {
  JsonObject start;
  for (auto name : {"last_restarted_time", "start_time", "spark_context_id"}) {
    if (const json* value = find(cluster, name)) start[name] = *value;
  }
  return start;
}

Step prepare(const Task& task) {
  return with_cluster(task, [](const std::string& cluster_id) {
    return look_at_cluster(cluster_id, [=](const json& cluster) {
      auto state = cluster_state(cluster);
      if (is_down(state) || state == "TERMINATING") {
        return refused(Error{Code::invalid,
                             fmt::format("cluster {} is {}: there is nothing to restart", cluster_id, state),
                             "databricks.ensure_cluster starts it"});
      }
      return commit({{"cluster_id", cluster_id}, {"before", start_of(cluster)}});
    });
  });
}

/// `restarting`: it has been seen in another state since the order.
Step until_restarted(const json& plan, bool restarting) {
  auto cluster_id = string_or(plan, "cluster_id", "");
  return look_at_cluster(cluster_id, [=](const json& cluster) {
    auto state = cluster_state(cluster);
    if (is_down(state)) return ended_early(cluster);
    bool is_new = restarting || start_of(cluster) != *find(plan, "before");
    if (is_up(state) && is_new) return done(cluster_value(cluster));
    return pause(fmt::format("cluster {} is {}", cluster_id, state),
                 [=] { return until_restarted(plan, restarting || !is_up(state)); });
  });
}

Step send(const json& plan);

Step after_doubt(const json& plan, int looks_left) {
  auto cluster_id = string_or(plan, "cluster_id", "");
  return look_at_cluster(cluster_id, [=](const json& cluster) {
    bool happened = !is_up(cluster_state(cluster)) || start_of(cluster) != *find(plan, "before");
    if (happened) return until_restarted(plan, true);
    if (looks_left > 0) return pause_in_doubt([=] { return after_doubt(plan, looks_left - 1); });
    return warn("the cluster has not restarted: asking for it again", [=] { return send(plan); });
  });
}

Step send(const json& plan) {
  auto sent = [=](const Answer& answer) {
    return answer ? until_restarted(plan, false) : refused(answer.error());
  };
  return order(requests::restart_cluster(string_or(plan, "cluster_id", "")), sent,
               [=] { return after_doubt(plan, looks_in_doubt_max); });
}

Step begin(const Task&, const json& plan, bool again) {
  return again ? after_doubt(plan, looks_in_doubt_max) : send(plan);
}

}  // namespace

Operation restart_cluster_operation() {
  return {.kind = {.name = "databricks.restart_cluster",
                   .summary = "Restarts a running cluster, and waits until it is running again",
                   .fields = cluster_reference(),
                   .shorthand = "cluster",
                   .result_name = "Cluster",
                   .result = cluster_fields()},
          .prepare = prepare,
          .begin = begin};
}

}  // namespace weir::databricks::operations
