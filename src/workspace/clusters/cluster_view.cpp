#include "workspace/clusters/cluster_view.h"

#include <fmt/format.h>
#include <unistd.h>

namespace weir::workspace {

JsonObject ClusterView::show(const Cluster& cluster, const json& endpoints) const {
  JsonObject shown = cluster.spec;
  shown.erase("idempotency_token");
  shown["spec"] = shown;
  std::string name = string_or(json(shown), "cluster_name", "");
  for (auto& [key, value] : JsonObject{{"cluster_id", cluster.id},
                                       {"creator_user_name", user},
                                       {"cluster_source", cluster.source},
                                       {"state", name_of(cluster.state)},
                                       {"state_message", cluster.message},
                                       {"start_time", cluster.created_ms},
                                       {"last_state_loss_time", 0},
                                       {"spark_context_id", cluster.context_id},
                                       {"jdbc_port", 10000},
                                       {"cluster_cores", cores},
                                       {"cluster_memory_mb", memory_mb()},
                                       {"default_tags", JsonObject{{"Vendor", "Databricks"},
                                                                   {"Creator", user},
                                                                   {"ClusterName", name},
                                                                   {"ClusterId", cluster.id}}}})
    shown[key] = std::move(value);
  if (cluster.restarted_ms != 0) shown["last_restarted_time"] = cluster.restarted_ms;
  if (cluster.has_ended()) shown["terminated_time"] = cluster.ended_ms;
  if (!cluster.termination.empty()) shown["termination_reason"] = cluster.termination.to_json();
  if (!cluster.is_running() || !endpoints.is_object()) return shown;
  shown["driver"] = JsonObject{{"node_id", "local"},
                               {"private_ip", "127.0.0.1"},
                               {"public_dns", ""},
                               {"host_private_ip", "127.0.0.1"},
                               {"start_timestamp", cluster.restarted_ms}};
  // Nothing of Databricks': where a Spark Connect client reaches the cluster, given to who holds the token anyway.
  if (auto remote = find_string(endpoints, "spark_remote")) shown["spark_remote"] = *remote;
  if (auto address = connect_address(cluster, endpoints); !address.empty())
    shown["spark_connect_address"] = std::move(address);
  if (auto version = find_string(endpoints, "spark_version")) shown["apache_spark_version"] = *version;
  return shown;
}

/// By the workspace's own port; the reader adds the token. Clients of Spark 3.5 send theirs over TLS only. Empty when
/// there is no way.
std::string ClusterView::connect_address(const Cluster& cluster, const json& endpoints) const {
  if (!find(endpoints, "spark_remote")) return "";
  bool needs_tls = string_or(endpoints, "spark_version", "").starts_with("3.");
  if (needs_tls && doors.secure_port == 0) return "";
  auto [door, option] = needs_tls ? std::pair(doors.secure_port, "use_ssl=true;") : std::pair(doors.port, "");
  return fmt::format("sc://localhost:{}/;{}x-databricks-cluster-id={}", door, option, cluster.id);
}

JsonObject show_event(const std::string& cluster_id, const ClusterEvent& event) {
  return {{"cluster_id", cluster_id},
          {"timestamp", event.at_ms},
          {"type", event.type},
          {"details", event.details}};
}

std::int64_t memory_mb() {
  return static_cast<std::int64_t>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGESIZE) / (1024 * 1024);
}

/// This machine. Clients sort node types by these fields, so none may be missing.
JsonObject this_machine(unsigned cores) {
  return {{"node_type_id", "local"},
          {"instance_type_id", "local"},
          {"description", "This machine"},
          {"category", "General Purpose"},
          {"memory_mb", memory_mb()},
          {"num_cores", cores},
          {"num_gpus", 0},
          {"is_deprecated", false},
          {"is_hidden", false},
          {"is_graviton", false},
          {"is_io_cache_enabled", false},
          {"is_encrypted_in_transit", false},
          {"support_cluster_tags", false},
          {"support_ebs_volumes", false},
          {"support_port_forwarding", false},
          {"photon_driver_capable", false},
          {"photon_worker_capable", false},
          {"node_info",
           JsonObject{{"status", JsonArray{}}, {"available_core_quota", cores}, {"total_core_quota", cores}}},
          {"node_instance_type", JsonObject{{"instance_type_id", "local"},
                                            {"local_disks", 1},
                                            {"local_disk_size_gb", 1},
                                            {"local_nvme_disks", 0},
                                            {"local_nvme_disk_size_gb", 0}}}};
}

}  // namespace weir::workspace
