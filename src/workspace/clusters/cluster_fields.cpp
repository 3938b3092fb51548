#include "workspace/clusters/cluster_fields.h"

#include <map>

namespace weir::workspace {
namespace {

using Fields = std::vector<Field>;

const Fields spec{
    works("spark_version"),
    works("cluster_name"),
    works("num_workers"),
    works("autoscale"),
    works("autotermination_minutes"),
    works("spark_conf"),
    works("spark_env_vars"),
    works("init_scripts", "of DBFS, volumes, the workspace and this machine"),
    works("cluster_log_conf", "to DBFS"),
    kept("node_type_id"),
    kept("driver_node_type_id"),
    kept("custom_tags"),
    kept("policy_id", "no cluster is held to a policy"),
    kept("instance_pool_id"),
    kept("driver_instance_pool_id"),
    kept("data_security_mode"),
    kept("single_user_name"),
    kept("runtime_engine"),
    kept("enable_elastic_disk"),
    kept("aws_attributes"),
    kept("azure_attributes"),
    kept("gcp_attributes"),
    others_kept,
};

Fields with_spec(Fields fields) {
  fields.insert(fields.end(), spec.begin(), spec.end());
  return fields;
}

const std::map<std::string_view, Fields>& table() {
  constexpr Field id = works("cluster_id");
  static const std::map<std::string_view, Fields> fields{
      {"clusters/create", with_spec({works("clone_from"), works("idempotency_token")})},
      {"clusters/edit", with_spec({id})},
      {"clusters/update", {id, works("update_mask"), works("cluster", "as in create")}},
      {"clusters/start", {id}},
      {"clusters/restart", {id, kept("restart_user")}},
      {"clusters/delete", {id}},
      {"clusters/permanent-delete", {id}},
      {"clusters/resize", {id, works("num_workers"), works("autoscale")}},
      {"clusters/pin", {id}},
      {"clusters/unpin", {id}},
      {"clusters/get", {id}},
      {"clusters/list",
       {works("page_size"), works("page_token"), works("filter_by.cluster_states"),
        works("filter_by.cluster_sources"), works("filter_by.is_pinned"), kept("filter_by.policy_id"),
        kept("sort_by.field"), kept("sort_by.direction")}},
      {"clusters/events",
       {id, works("start_time"), works("end_time"), works("order"), works("event_types"), works("offset"),
        works("limit"), kept("page_size"), kept("page_token")}},
      {"clusters/spark-versions", {}},
      {"clusters/list-node-types", {}},
      {"clusters/list-zones", {}},
      {"libraries/install", {id, works("libraries", "`pypi`, `whl`, `requirements`, `jar` and `maven`")}},
      {"libraries/uninstall", {id, works("libraries")}},
      {"libraries/cluster-status", {id}},
      {"libraries/all-cluster-statuses", {}},
      {"contexts/create", {works("clusterId"), works("language")}},
      {"contexts/status", {works("clusterId"), works("contextId")}},
      {"contexts/destroy", {works("clusterId"), works("contextId")}},
      {"commands/execute", {works("clusterId"), works("contextId"), works("language"), works("command")}},
      {"commands/status", {works("clusterId"), works("contextId"), works("commandId")}},
      {"commands/cancel", {works("clusterId"), works("contextId"), works("commandId")}},
  };
  return fields;
}

}  // namespace

std::optional<Fields> cluster_fields(std::string_view name) {
  auto found = table().find(name);
  return found == table().end() ? std::nullopt : std::optional(found->second);
}

}  // namespace weir::workspace
