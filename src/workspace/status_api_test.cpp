#include "workspace/status_api.h"

#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

struct Served : TestWorkspace {
  Served() {
    options.cancel_grace = std::chrono::milliseconds(100);
    open();
  }

  json status() {
    return send({.url = "/weir/status", .headers = {{"Authorization", "Bearer " + token()}}}).body;
  }

  static json named(const json& list, std::string_view field, std::string_view name) {
    for (const json& one : list.get_array())
      if (string_or(one, field, "") == name) return one;
    return {};
  }
};

}  // namespace

TEST_CASE("the status tells clusters and runs that go on, and what memory their processes have") {
  Served served;
  auto id = served.create_cluster("shared", {{"autotermination_minutes", 30}});
  served.wait_for_cluster(id, "RUNNING");
  auto run = served.submit(waits_forever, {{"existing_cluster_id", id}});
  served.wait_for_log(run, "waiting");

  json status = served.status();
  json cluster = Served::named(status.at("clusters"), "cluster_id", id);
  CHECK(cluster.at("cluster_name") == "shared");
  CHECK(cluster.at("state") == "RUNNING");
  CHECK(cluster.at("apache_spark_version") == "4.1.0");
  CHECK(cluster.at("autotermination_minutes") == 30);
  auto port = std::to_string(served.workspace().port());
  CHECK(string_or(cluster, "spark_connect_address", "") ==
        "sc://localhost:" + port + "/;x-databricks-cluster-id=" + id);
  json shown = status.at("runs").at(0);
  CHECK(shown.at("run_id") == run);
  CHECK(shown.at("state") == "RUNNING");
  json task = shown.at("tasks").at(0);
  CHECK(task.at("task_key") == "only");
  CHECK(int_or(task, "since", 0) > 0);

  std::int64_t of_drivers = int_or(cluster, "memory_bytes", 0) + int_or(task, "memory_bytes", 0);
  CHECK(int_or(cluster, "memory_bytes", 0) > 1 << 20);
  CHECK(int_or(task, "memory_bytes", 0) > 1 << 20);
  const json& memory = status.at("memory");
  CHECK(int_or(memory, "used_bytes", 0) > of_drivers);
  CHECK(int_or(memory, "processes", 0) >= 3);
  CHECK(int_or(memory, "total_bytes", 0) > int_or(memory, "available_bytes", 0));
  CHECK(status.at("sparks").at(0).at("spark_version") == "4.1.0");

  served.post("2.1/jobs/runs/cancel", {{"run_id", run}});
  served.wait_for_end(run);
  served.post("2.1/clusters/delete", {{"cluster_id", id}});
  served.wait_for_cluster(id, "TERMINATED");
  status = served.status();
  CHECK(status.at("runs").get_array().empty());
  cluster = Served::named(status.at("clusters"), "cluster_id", id);
  CHECK(cluster.at("state") == "TERMINATED");
  CHECK_FALSE(cluster.get_object().contains("memory_bytes"));
}

TEST_CASE("the status is for those who have the token") {
  Served served;
  CHECK(served.send({.url = "/weir/status"}).status == 401);
}
