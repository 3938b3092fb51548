#include "workspace/clusters/clusters_api.h"

#include <signal.h>

#include "process/process_table.h"
#include "workspace/erase.h"
#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

struct Served : TestWorkspace {
  explicit Served(bool has_elder_spark = false) {
    options.cancel_grace = std::chrono::milliseconds(100);
    if (has_elder_spark) add_elder_spark();
    open();
  }

  /// The same Python by another name.
  void add_elder_spark() {
    auto script = "#!/bin/sh\nexec " + options.interpreters.front().python.string() + " \"$@\"\n";
    REQUIRE(replace_file(elder(), script));
    std::filesystem::permissions(elder(), std::filesystem::perms::owner_all);
    options.interpreters.push_back({.python = elder(), .spark_version = "3.5.7"});
  }
  std::filesystem::path elder() const { return folder() / "elder-python"; }

  std::string logs(std::int64_t run_id) {
    auto task = int_or(wait_for_end(run_id).at("tasks").at(0), "run_id", 0);
    return string_or(output(task), "logs", "");
  }

  std::string running(std::string_view name = "shared") {
    auto id = create_cluster(name);
    wait_for_cluster(id, "RUNNING");
    return id;
  }

  Answered on(const std::string& id, std::string_view verb, JsonObject body = {}) {
    body["cluster_id"] = id;
    return post("2.1/clusters/" + std::string(verb), body);
  }

  std::vector<std::string> events(const std::string& id) {
    std::vector<std::string> types;
    auto answered = on(id, "events", {{"order", "ASC"}});
    for (const json& event : answered.body.at("events").get_array())
      types.push_back(string_or(event, "type", ""));
    return types;
  }

  /// What the cluster's driver told when it was ready.
  json ready(const std::string& id) {
    auto context = std::to_string(int_or(cluster(id), "spark_context_id", 0));
    return parse_json(read_file(folder() / "home/clusters" / id / context / "ready.json").value()).value();
  }
  pid_t driver_of(const std::string& id) { return static_cast<pid_t>(int_or(ready(id), "pid", 0)); }

  std::int64_t submit_to(const std::string& id, std::string_view source) {
    return submit(source, {{"existing_cluster_id", id}});
  }
};

bool exists(pid_t pid) { return ::kill(pid, 0) == 0; }

/// Not so of one that has ended and that nobody has reaped yet.
bool is_running(pid_t pid) {
  auto info = process::read_process(pid);
  return info && !info->has_ended();
}

}  // namespace

TEST_CASE("a cluster is created, runs, is terminated and starts again") {
  Served served;
  auto id = served.running();
  auto shown = served.cluster(id);
  CHECK(shown.at("state_message") == "");
  CHECK(shown.at("cluster_source") == "API");
  CHECK(shown.at("spark_remote") == "sc://localhost:1");
  CHECK(shown.at("num_workers") == 0);
  pid_t driver = served.driver_of(id);
  CHECK(exists(driver));

  CHECK(served.on(id, "delete").status == 200);
  shown = served.wait_for_cluster(id, "TERMINATED");
  CHECK(shown.at("termination_reason").at("code") == "USER_REQUEST");
  CHECK_FALSE(exists(driver));
  CHECK(served.on(id, "delete").status == 200);
  CHECK(served.on(id, "start").status == 200);
  shown = served.wait_for_cluster(id, "RUNNING");
  CHECK_FALSE(shown.get_object().contains("termination_reason"));
  CHECK(served.events(id) ==
        std::vector<std::string>{"CREATING", "STARTING", "RUNNING", "TERMINATING", "STARTING", "RUNNING"});
}

TEST_CASE("a cluster outlives the server, and the next server ends it") {
  Served served;
  auto id = served.running();
  pid_t driver = served.driver_of(id);
  served.reopen();
  CHECK(string_or(served.cluster(id), "state", "") == "RUNNING");
  CHECK(served.driver_of(id) == driver);
  served.on(id, "delete");
  served.wait_for_cluster(id, "TERMINATED");
  CHECK_FALSE(exists(driver));
}

TEST_CASE("a workspace that was stopped leaves the clusters of its runs, and no others") {
  Served served;
  auto used = served.running("used");
  auto unused = served.running("unused");
  auto run = served.submit_to(used, waits_forever);
  served.wait_for_log(run, "waiting");
  pid_t driver = served.driver_of(unused);
  served.close();
  REQUIRE(end_unused_clusters(served.options.home));
  while (exists(driver)) std::this_thread::yield();
  served.open();
  CHECK(string_or(served.cluster(used), "state", "") == "RUNNING");
  auto shown = served.wait_for_cluster(unused, "TERMINATED");
  CHECK(shown.at("termination_reason").at("code") == "USER_REQUEST");
  served.post("2.1/jobs/runs/cancel", {{"run_id", run}});
  served.wait_for_end(run);
}

TEST_CASE("a driver that is killed, idle or never ready says so in its cluster") {
  Served served;
  auto killed = served.running();
  ::kill(served.driver_of(killed), SIGKILL);
  auto shown = served.wait_for_cluster(killed, "TERMINATED");
  CHECK(shown.at("termination_reason").at("code") == "DRIVER_UNREACHABLE");
  CHECK(string_or(shown, "state_message", "").find("signal 9") != std::string::npos);

  shown = served.wait_for_cluster(served.create_cluster("idle"), "TERMINATED");
  CHECK(shown.at("termination_reason").at("code") == "INACTIVITY");
  CHECK(shown.at("termination_reason").at("type") == "SUCCESS");
  shown = served.wait_for_cluster(served.create_cluster("fails"), "TERMINATED");
  CHECK(shown.at("termination_reason").at("code") == "SPARK_STARTUP_FAILURE");
  CHECK(string_or(shown, "state_message", "").find("no Java on this machine") != std::string::npos);
}

TEST_CASE(
    "a cluster that does not become ready in time has failed to start, and so have those who wait for it") {
  Served served;
  served.options.cluster_start_max = std::chrono::milliseconds(300);
  served.reopen();
  auto id = served.create_cluster("slow");
  auto run = served.wait_for_end(served.submit_to(id, ""));
  CHECK(served.state(run) == "INTERNAL_ERROR");
  CHECK(run.at("status").at("termination_details").at("code") == "CLUSTER_ERROR");
  CHECK(string_or(run.at("state"), "state_message", "").find("not ready within 0.3 seconds") !=
        std::string::npos);
  auto shown = served.wait_for_cluster(id, "TERMINATED");
  CHECK(shown.at("termination_reason").at("code") == "SPARK_STARTUP_FAILURE");
  CHECK(shown.at("termination_reason").at("type") == "CLIENT_ERROR");
}

TEST_CASE("the time a cluster has to become ready goes on while the server is away") {
  Served served;
  auto id = served.create_cluster("slow");
  served.reopen();
  CHECK(string_or(served.cluster(id), "state", "") == "PENDING");
  served.close();
  {
    auto state = State::open(served.options.home / "workspace.db").value();
    ClusterStore clusters(state);
    Cluster cluster = clusters.find(id).value().value();
    CHECK(cluster.launched_ms > 0);
    cluster.launched_ms -= 3'600'000;
    REQUIRE(clusters.put(cluster));
  }
  served.open();
  auto shown = served.wait_for_cluster(id, "TERMINATED");
  CHECK(shown.at("termination_reason").at("code") == "SPARK_STARTUP_FAILURE");
}

TEST_CASE("nothing that a cluster's driver started goes on when its supervisor is killed") {
  Served served;
  auto id = served.running("parent");
  auto child = static_cast<pid_t>(int_or(served.ready(id), "child_pid", 0));
  REQUIRE(is_running(child));
  {
    auto state = State::open(served.options.home / "workspace.db").value();
    ::kill(ClusterStore(state).find(id).value().value().supervisor.pid, SIGKILL);
  }
  auto shown = served.wait_for_cluster(id, "TERMINATED");
  CHECK(shown.at("termination_reason").at("code") == "DRIVER_UNREACHABLE");
  CHECK_FALSE(is_running(child));
}

TEST_CASE("runs attach to a running cluster, start one that has ended, and wait for it") {
  Served served;
  auto id = served.running();
  auto run = served.wait_for_end(served.submit_to(id, "print(task['attach_to'])\n"));
  CHECK(served.result(run) == "SUCCESS");
  CHECK(run.at("cluster_instance").at("cluster_id") == json(id));
  served.on(id, "delete");
  auto again = served.submit_to(id, "print(task['attach_to'])\n");
  CHECK(served.result(served.wait_for_end(again)) == "SUCCESS");
  CHECK(string_or(served.cluster(id), "state", "") == "RUNNING");
}

TEST_CASE("a run on a cluster that cannot be started fails with the reason") {
  Served served;
  auto id = served.create_cluster("fails");
  auto run = served.wait_for_end(served.submit_to(id, ""));
  CHECK(served.state(run) == "INTERNAL_ERROR");
  CHECK(run.at("status").at("termination_details").at("code") == "CLUSTER_ERROR");
  CHECK(string_or(run.at("state"), "state_message", "").find("SPARK_STARTUP_FAILURE") != std::string::npos);
}

TEST_CASE("a cluster and a run that ask for a Spark that is not there say how to add it") {
  Served served;
  auto versions = served.get("2.1/clusters/spark-versions").body;
  CHECK(versions.at("versions").get_array().size() == 2);
  auto shown = served.wait_for_cluster(
      served.create_cluster("elder", {{"spark_version", "15.4.x-scala2.12"}}), "TERMINATED");
  CHECK(shown.at("termination_reason").at("code") == "INVALID_ARGUMENT");
  CHECK(string_or(shown, "state_message", "").find("pip install 'pyspark==3.5.*'") != std::string::npos);
  auto run = served.wait_for_end(
      served.submit("", {{"new_cluster", {{"spark_version", "15.4.x-scala2.12"}, {"num_workers", 1}}}}));
  CHECK(run.at("status").at("termination_details").at("code") == "INVALID_CLUSTER_REQUEST");
  CHECK(string_or(run.at("state"), "state_message", "").find("is Apache Spark 3.5") != std::string::npos);
}

TEST_CASE("a run gets the Python with the Spark it asks for, its own or that of its cluster") {
  Served served(true);
  CHECK(served.get("2.1/clusters/spark-versions").body.at("versions").get_array().size() == 4);
  constexpr std::string_view tells = "import os\nprint(os.environ['PYSPARK_PYTHON'])\n";
  json elder = {{"spark_version", "15.4.x-scala2.12"}, {"num_workers", 1}};
  CHECK(served.logs(served.submit(tells, {{"new_cluster", elder}})) == served.elder().string() + "\n");
  CHECK(served.logs(served.submit(tells)) == served.options.interpreters.front().python.string() + "\n");
  auto id = served.create_cluster("elder", {{"spark_version", "15.4.x-scala2.12"}});
  CHECK(served.logs(served.submit_to(id, tells)) == served.elder().string() + "\n");
}

TEST_CASE("runs end with the cluster they are attached to") {
  Served served;
  auto id = served.running();
  auto run_id = served.submit_to(id, waits_forever);
  served.wait_for_log(run_id, "waiting");
  ::kill(served.driver_of(id), SIGKILL);
  auto run = served.wait_for_end(run_id);
  CHECK(served.result(run) == "FAILED");
  CHECK(run.at("status").at("termination_details").at("code") == "CLUSTER_ERROR");
  CHECK(run.at("state").at("user_cancelled_or_timedout") == false);
}

TEST_CASE("editing a running cluster restarts it; a resize waits for the next start") {
  Served served;
  auto id = served.running();
  pid_t before = served.driver_of(id);
  CHECK(served.on(id, "resize", {{"num_workers", "3"}}).status == 200);
  CHECK(served.cluster(id).at("num_workers") == 3);
  CHECK(served.driver_of(id) == before);
  CHECK(served.on(id, "edit", {{"spark_version", "17.3.x-scala2.13"}, {"cluster_name", "edited"}}).status ==
        200);
  auto restarted = served.wait_for_cluster(id, "RUNNING");
  CHECK(restarted.at("cluster_name") == "edited");
  CHECK(served.driver_of(id) != before);
  CHECK_FALSE(exists(before));
  json mask = {{"update_mask", "autotermination_minutes"}, {"cluster", {{"autotermination_minutes", 30}}}};
  CHECK(served.on(id, "update", mask.get_object()).status == 200);
  CHECK(served.wait_for_cluster(id, "RUNNING").at("autotermination_minutes") == 30);
}

TEST_CASE("requests in the wrong state, or about no cluster, are refused in the words clients know") {
  Served served;
  auto missing = served.get("2.0/clusters/get?cluster_id=1127-none");
  CHECK(missing.status == 400);
  CHECK(missing.code() == "INVALID_PARAMETER_VALUE");
  CHECK(missing.message() == "Cluster 1127-none does not exist");
  auto id = served.create_cluster("slow");
  CHECK(served.on(id, "resize", {{"num_workers", 2}}).code() == "INVALID_STATE");
  CHECK(served.on(id, "restart").message() == "Cluster " + id + " is in unexpected state Pending.");
  CHECK(served.on(id, "start").status == 200);
  CHECK(served.on(id, "delete").status == 200);
  served.wait_for_cluster(id, "TERMINATED");
  CHECK(served.post("2.1/clusters/create", {{"cluster_name", "x"}}).status == 400);
  CHECK(served.post("2.1/clusters/create", {{"spark_version", "latest"}}).message() ==
        "Invalid spark version latest.");
  CHECK(served
            .post("2.1/clusters/create",
                  {{"spark_version", "16.4.x-scala2.12"}, {"autotermination_minutes", 5}})
            .code() == "INVALID_PARAMETER_VALUE");
}

TEST_CASE("clusters are listed, pinned and removed for good") {
  Served served;
  auto first = served.running("first");
  auto second = served.running("second");
  CHECK(served.on(first, "pin").status == 200);
  CHECK(served.get("2.1/clusters/list").body.at("clusters").get_array().size() == 2);
  auto page = served.get("2.1/clusters/list?page_size=1").body;
  CHECK(page.at("clusters").get_array().size() == 1);
  auto rest = served.get("2.1/clusters/list?page_token=" + string_or(page, "next_page_token", "")).body;
  CHECK(rest.at("clusters").at(0).at("cluster_id") != page.at("clusters").at(0).at("cluster_id"));
  auto pinned = served.get("2.1/clusters/list?filter_by.is_pinned=true").body;
  CHECK(pinned.at("clusters").at(0).at("cluster_name") == "first");
  CHECK(served.get("2.1/clusters/list?filter_by.cluster_states=PENDING&filter_by.cluster_states=TERMINATED")
            .body == json(JsonObject{}));
  pid_t driver = served.driver_of(second);
  CHECK(served.on(second, "permanent-delete").status == 200);
  CHECK(served.get("2.1/clusters/get?cluster_id=" + second).status == 400);
  while (exists(driver)) std::this_thread::yield();
}

TEST_CASE("a request repeated with its token makes one cluster") {
  Served served;
  auto first = served.create_cluster("one", {{"idempotency_token", "t"}});
  CHECK(served.create_cluster("one", {{"idempotency_token", "t"}}) == first);
  served.on(first, "delete");
  served.wait_for_cluster(first, "TERMINATED");
  CHECK(served.create_cluster("one", {{"idempotency_token", "t"}}) != first);
}
