// databricks.start_cluster and databricks.ensure_cluster: the first starts one that is terminated, the second sees to
// it that one is running whatever state it is in, and whoever ends it meanwhile.
#include <fmt/format.h>

#include "databricks/client/cluster_requests.h"
#include "databricks/operations/cluster_steps.h"
#include "databricks/operations/clusters.h"

namespace weir::databricks::operations {

using enum core::FieldType;

namespace {

constexpr int starts_max = 3;  ///< a cluster that ends as often while it is waited for has a reason

Step prepare(const Task& task) {
  Given given(task.inputs);
  bool wait = given.flag_or("wait", true);
  if (auto bad = given.problem()) return refused(*bad);
  return with_cluster(task, [=](const std::string& cluster_id) {
    return look_at_cluster(cluster_id, [=](const json& cluster) {
      if (is_up(cluster_state(cluster))) return done(cluster_value(cluster));
      return commit({{"cluster_id", cluster_id}, {"wait", wait}});
    });
  });
}

Step order_start(const std::string& cluster_id, Then then) {
  return ask(requests::start_cluster(cluster_id), [=](const Answer& taken) {
    // In another state than it was a moment ago: the next look tells.
    bool may_pass = taken || taken.error().api_code == "INVALID_STATE";
    return may_pass ? then() : refused(taken.error());
  });
}

Step until_up(std::string cluster_id, int starts_left, bool wait) {
  return look_at_cluster(cluster_id, [=](const json& cluster) {
    auto state = cluster_state(cluster);
    if (is_up(state)) return done(cluster_value(cluster));
    auto look_again = [=](int left) {
      return pause(fmt::format("cluster {} is {}", cluster_id, state),
                   [=] { return until_up(cluster_id, left, wait); });
    };
    if (!is_down(state))
      return wait || state == "TERMINATING" ? look_again(starts_left) : done(cluster_value(cluster));
    if (starts_left == 0) return ended_early(cluster);
    return order_start(cluster_id, [=] { return look_again(starts_left - 1); });
  });
}

Step start(const Task&, const json& plan, bool) {
  return until_up(string_or(plan, "cluster_id", ""), 1, bool_or(plan, "wait", true));
}

Step ensure(const Task&, const json& plan, bool) {
  return until_up(string_or(plan, "cluster_id", ""), starts_max, true);
}

Operation starting(std::string name, std::string summary, std::vector<core::Field> more,
                   decltype(Operation::begin) begin) {
  return {.kind = {.name = std::move(name),
                   .summary = std::move(summary),
                   .fields = cluster_reference(std::move(more)),
                   .shorthand = "cluster",
                   .result_name = "Cluster",
                   .result = cluster_fields()},
          .prepare = prepare,
          .begin = begin};
}

}  // namespace

Operation start_cluster_operation() {
  return starting("databricks.start_cluster", "Starts a cluster, and waits until it is running",
                  {{.name = "wait", .type = boolean, .summary = "false: do not wait until it is running"}},
                  start);
}

Operation ensure_cluster_operation() {
  return starting("databricks.ensure_cluster",
                  "Sees to it that a cluster is running, also when it ends while it is waited for", {},
                  ensure);
}

}  // namespace weir::databricks::operations
