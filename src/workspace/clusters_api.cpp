#include "workspace/clusters_api.h"

#include <unistd.h>

namespace weir::workspace {
namespace {

/// Keys that clients' selectors accept, newest first; the names say what really runs.
JsonArray spark_versions() {
  JsonArray versions;
  auto add = [&](std::string_view key, std::string_view name) {
    versions.push_back(JsonObject{{"key", key}, {"name", name}});
  };
  add("17.3.x-scala2.13", "17.3 LTS (here: the installed Apache Spark 4.1, Scala 2.13)");
  add("16.4.x-scala2.13", "16.4 LTS (here: the installed Apache Spark 4.1, Scala 2.13)");
  add("16.4.x-scala2.12",
      "16.4 LTS (accepted for clients that ask for Scala 2.12; here: the installed Apache Spark 4.1, Scala "
      "2.13)");
  return versions;
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

}  // namespace

void add_cluster_routes(Router& router, unsigned cores) {
  auto add = [&](std::string_view name, Handler handler) {
    router.add_api({"2.0", "2.1"}, name, {.method = "GET", .handler = std::move(handler)});
  };
  add("clusters/spark-versions", [](const Call&) { return ok({{"versions", spark_versions()}}); });
  add("clusters/list-node-types",
      [cores](const Call&) { return ok({{"node_types", JsonArray{this_machine(cores)}}}); });
  add("clusters/list-zones",
      [](const Call&) { return ok({{"zones", {"local"}}, {"default_zone", "local"}}); });
}

}  // namespace weir::workspace
