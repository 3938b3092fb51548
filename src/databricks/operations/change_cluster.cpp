// databricks.terminate_cluster and databricks.resize_cluster.
#include <fmt/format.h>

#include "databricks/client/cluster_requests.h"
#include "databricks/operations/cluster_steps.h"
#include "databricks/operations/clusters.h"

namespace weir::databricks::operations {

using enum core::FieldType;

namespace {

Step prepare_termination(const Task& task) {
  return with_cluster(task, [](const std::string& cluster_id) {
    return look_at_cluster(cluster_id, [=](const json&) { return commit({{"cluster_id", cluster_id}}); });
  });
}

Step terminate(const Task&, const json& plan, bool) {
  return until_terminated(string_or(plan, "cluster_id", ""),
                          [](const json& cluster) { return done(cluster_value(cluster)); });
}

Step prepare_resize(const Task& task) {
  Given given(task.inputs);
  given.one_of({"num_workers", "autoscale"});
  bool wait = given.flag_or("wait", true);
  if (auto bad = given.problem()) return refused(*bad);
  JsonObject size;
  for (auto name : {"num_workers", "autoscale"}) {
    if (const json* value = given.any(name)) size[name] = *value;
  }
  return with_cluster(task, [=](const std::string& cluster_id) {
    JsonObject body = size;
    body["cluster_id"] = cluster_id;
    return commit({{"body", std::move(body)}, {"wait", wait}});
  });
}

Step until_resized(std::string cluster_id) {
  return look_at_cluster(cluster_id, [=](const json& cluster) {
    auto state = cluster_state(cluster);
    if (state == "RUNNING") return done(cluster_value(cluster));
    if (is_down(state)) return ended_early(cluster);
    return pause(fmt::format("cluster {} is {}", cluster_id, state),
                 [=] { return until_resized(cluster_id); });
  });
}

Step resize(const Task&, const json& plan, bool) {
  const json& body = *find(plan, "body");
  auto cluster_id = string_or(body, "cluster_id", "");
  return ask(requests::resize_cluster(body), [=, wait = bool_or(plan, "wait", true)](const Answer& answer) {
    if (!answer) return refused(answer.error());
    return wait ? until_resized(cluster_id) : done({{"cluster_id", cluster_id}, {"state", "RESIZING"}});
  });
}

}  // namespace

Operation terminate_cluster_operation() {
  return {.kind = {.name = "databricks.terminate_cluster",
                   .summary = "Ends a cluster, and waits until it has ended",
                   .fields = cluster_reference(),
                   .shorthand = "cluster",
                   .result_name = "Cluster",
                   .result = cluster_fields()},
          .prepare = prepare_termination,
          .begin = terminate};
}

Operation resize_cluster_operation() {
  return {.kind = {.name = "databricks.resize_cluster",
                   .summary = "Changes how many workers a running cluster has, and waits for them",
                   .fields = cluster_reference(
                       {{.name = "num_workers", .type = integer, .summary = "how many; or give autoscale"},
                        {.name = "autoscale", .type = object, .summary = "min_workers and max_workers"},
                        {.name = "wait",
                         .type = boolean,
                         .summary = "false: do not wait until it has its size"}}),
                   .result_name = "Cluster",
                   .result = cluster_fields()},
          .prepare = prepare_resize,
          .begin = resize};
}

std::vector<Operation> cluster_operations() {
  return {create_cluster_operation(),  start_cluster_operation(),     ensure_cluster_operation(),
          restart_cluster_operation(), terminate_cluster_operation(), resize_cluster_operation()};
}

}  // namespace weir::databricks::operations
