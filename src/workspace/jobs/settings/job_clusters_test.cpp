#include "workspace/jobs/settings/job_clusters.h"

#include <fstream>

#include <fmt/format.h>

#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

struct Served : TestWorkspace {
  Served() {
    options.cancel_grace = std::chrono::milliseconds(100);
    put_programs();
  }

  void put_programs() {
    open();
    put("/ok.py", "print(task['attach_to'])\n");
    put("/wait.py", waits_forever);
    put("/fail.py", "raise ValueError('boom')\n");
    put("/gate.py", "import os, time\nwhile not os.path.exists('" + gate().string() +
                        "'):\n    time.sleep(0.01)\nraise ValueError('boom')\n");
  }
  std::filesystem::path gate() { return folder() / "gate"; }

  static json on(std::string_view key, std::string_view program, JsonArray depends_on = {},
                 std::string_view cluster = "main") {
    return {{"task_key", key},
            {"job_cluster_key", cluster},
            {"depends_on", std::move(depends_on)},
            {"spark_python_task", {{"python_file", fmt::format("dbfs:/{}.py", program)}}}};
  }
  static json after(std::string_view key) { return {{"task_key", key}}; }

  std::int64_t start(JsonArray tasks, JsonObject settings = {}) {
    settings["tasks"] = std::move(tasks);
    settings.emplace("job_clusters", JsonArray{described("main"), described("other"), described("fails")});
    auto created = post("2.1/jobs/create", settings);
    REQUIRE_MESSAGE(created.status == 200, created.message());
    auto started = post("2.1/jobs/run-now", {{"job_id", created.integer("job_id")}});
    REQUIRE_MESSAGE(started.status == 200, started.message());
    return started.integer("run_id");
  }
  static json described(std::string_view key) {
    return {{"job_cluster_key", key},
            {"new_cluster", {{"spark_version", "17.3.x-scala2.13"}, {"num_workers", 2}}}};
  }

  json task(std::int64_t run_id, std::string_view key) {
    json found;
    for (const auto& task : run(run_id).at("tasks").get_array())
      if (string_or(task, "task_key", "") == key) found = task;
    return found;
  }
  std::string cluster_id(std::int64_t run_id, std::string_view key) {
    return string_or(task(run_id, key).at("cluster_instance"), "cluster_id", "");
  }
  std::string logs(std::int64_t run_id, std::string_view key) {
    return string_or(output(int_or(task(run_id, key), "run_id", 0)), "logs", "");
  }
  std::vector<std::string> events(const std::string& id) {
    std::vector<std::string> types;
    auto answered = post("2.1/clusters/events", {{"cluster_id", id}, {"order", "ASC"}});
    for (const json& event : answered.body.at("events").get_array())
      types.push_back(string_or(event, "type", ""));
    return types;
  }
  void wait_for_log_of(std::int64_t run_id, std::string_view key, std::string_view text) {
    wait(run_id, [&](const json&) { return logs(run_id, key).find(text) != std::string::npos; });
  }
};

const std::vector<std::string> started_once{"CREATING", "STARTING", "RUNNING", "TERMINATING"};

}  // namespace

TEST_CASE("the tasks of a run share a job cluster, which starts once and ends with them") {
  Served served;
  auto run_id = served.start({Served::on("a", "ok"), Served::on("b", "ok", {Served::after("a")}),
                              Served::on("c", "ok", {Served::after("b")})});
  CHECK(served.result(served.wait_for_end(run_id)) == "SUCCESS");
  auto id = served.cluster_id(run_id, "a");
  CHECK(served.cluster_id(run_id, "c") == id);
  CHECK(served.logs(run_id, "a") == served.logs(run_id, "c"));
  auto cluster = served.wait_for_cluster(id, "TERMINATED");
  CHECK(cluster.at("cluster_source") == "JOB");
  CHECK(cluster.at("num_workers") == 2);
  CHECK(cluster.at("termination_reason").at("code") == "JOB_FINISHED");
  CHECK(served.events(id) == started_once);
  CHECK(served.task(run_id, "a").at("job_cluster_key") == "main");

  CHECK(served.post("2.1/clusters/start", {{"cluster_id", id}}).code() == "INVALID_STATE");
  auto misused = served.submit("", {{"existing_cluster_id", id}});
  auto message = string_or(served.wait_for_end(misused).at("tasks").at(0).at("state"), "state_message", "");
  CHECK(message == "existing_cluster_id only supports all-purpose cluster IDs");
}

TEST_CASE("a job cluster ends when no task is to use it any more, though the run goes on") {
  Served served;
  auto run_id = served.start({Served::on("a", "ok"), Served::on("b", "wait", {}, "other")});
  served.wait_for_cluster(served.cluster_id(run_id, "a"), "TERMINATED");
  served.wait_for_log_of(run_id, "b", "waiting");
  CHECK(served.state(served.run(run_id)) == "RUNNING");
  CHECK(served.post("2.1/jobs/runs/cancel", {{"run_id", run_id}}).status == 200);
  CHECK(served.result(served.wait_for_end(run_id)) == "CANCELED");
  served.wait_for_cluster(served.cluster_id(run_id, "b"), "TERMINATED");
}

TEST_CASE("a run that takes too long, and one that fails, end their clusters as well") {
  Served served;
  auto slow = served.start({Served::on("a", "wait")}, {{"timeout_seconds", 1}});
  auto failing = served.start({Served::on("a", "fail"), Served::on("b", "ok", {Served::after("a")})});
  CHECK(served.result(served.wait_for_end(slow)) == "TIMEDOUT");
  CHECK(served.result(served.wait_for_end(failing)) == "FAILED");
  served.wait_for_cluster(served.cluster_id(slow, "a"), "TERMINATED");
  served.wait_for_cluster(served.cluster_id(failing, "a"), "TERMINATED");
}

TEST_CASE("a retry and a repair run on the job cluster, which a repair starts anew") {
  Served served;
  json task = Served::on("a", "fail");
  task.get_object()["max_retries"] = 1;
  auto run_id = served.start({std::move(task)});
  served.wait_for_end(run_id);
  auto id = served.cluster_id(run_id, "a");
  served.wait_for_cluster(id, "TERMINATED");
  CHECK(served.events(id) == started_once);
  served.put("/fail.py", "print('mended')\n");
  REQUIRE(
      served.post("2.1/jobs/runs/repair", {{"run_id", run_id}, {"rerun_all_failed_tasks", true}}).status ==
      200);
  CHECK(served.result(served.wait_for_end(run_id)) == "SUCCESS");
  CHECK(served.cluster_id(run_id, "a") == id);
  served.wait_for_cluster(id, "TERMINATED");
}

TEST_CASE("the iterations of a loop, and those that are tried again, run on the job cluster of their run") {
  Served served;
  auto seen = (served.folder() / "seen").string();
  // Exactly one of the two fails, whichever comes first: the file is made by one of them alone.
  served.put("/once.py", "print(task['attach_to'])\ntry:\n    open('" + seen +
                             "', 'x')\nexcept FileExistsError:\n    pass\nelse:\n    raise ValueError\n");
  JsonObject repeated = Served::on("one", "once").get_object();
  repeated.erase("depends_on");
  repeated["max_retries"] = 1;
  json loop{{"task_key", "loop"},
            {"depends_on", {Served::after("a")}},
            {"for_each_task", {{"inputs", "[1, 2]"}, {"concurrency", 2}, {"task", repeated}}}};
  auto run_id = served.start({Served::on("a", "ok"), loop});
  CHECK(served.result(served.wait_for_end(run_id)) == "SUCCESS");
  auto id = served.cluster_id(run_id, "a");
  auto iterations = served.run(int_or(served.task(run_id, "loop"), "run_id", 0)).at("iterations").get_array();
  CHECK(iterations.size() == 3);
  for (const json& one : iterations) {
    CHECK(string_or(one.at("cluster_instance"), "cluster_id", "") == id);
    CHECK(string_or(served.output(int_or(one, "run_id", 0)), "logs", "") == served.logs(run_id, "a"));
  }
  served.wait_for_cluster(id, "TERMINATED");
  CHECK(served.events(id) == started_once);
}

TEST_CASE("a job cluster that cannot start fails those who wait for it with the reason") {
  Served served;
  auto run_id = served.start({Served::on("a", "ok", {}, "fails"), Served::on("b", "ok")});
  CHECK(served.result(served.wait_for_end(run_id)) == "FAILED");
  json failed = served.task(run_id, "a");
  CHECK(failed.at("status").at("termination_details").at("code") == "CLUSTER_ERROR");
  CHECK(string_or(failed.at("state"), "state_message", "").find("no Java on this machine") !=
        std::string::npos);
  CHECK(served.task(run_id, "b").at("state").at("result_state") == "SUCCESS");
}

TEST_CASE("a job cluster outlives the server as its run does, and no longer") {
  Served served;
  auto run_id = served.start({Served::on("a", "gate"), Served::on("b", "ok", {Served::after("a")})});
  served.wait_for_state(run_id, "RUNNING");
  auto id = served.cluster_id(run_id, "a");
  SUBCASE("the run goes on with the next server") {
    served.reopen();
    CHECK(string_or(served.cluster(id), "state", "") == "RUNNING");
    std::ofstream(served.gate()) << "";
    served.wait_for_end(run_id);
  }
  SUBCASE("the run ends while the server is away") {
    served.close();
    std::ofstream(served.gate()) << "";
    served.open();
    served.wait_for_end(run_id);
  }
  served.wait_for_cluster(id, "TERMINATED");
  CHECK(served.events(id) == started_once);
}

TEST_CASE("runs wait for room for their clusters, and one that has a cluster may take another") {
  Served served;
  served.options.drivers_max = 1;
  served.reopen();
  auto first = served.start({Served::on("a", "gate"), Served::on("b", "ok", {}, "other")});
  served.wait_for_state(first, "RUNNING");
  auto second = served.start({Served::on("a", "ok")});
  CHECK(served.state(served.run(second)) == "PENDING");
  CHECK(served.get("2.1/clusters/get?cluster_id=" + served.cluster_id(second, "a")).status == 400);
  std::ofstream(served.gate()) << "";
  CHECK(served.result(served.wait_for_end(second)) == "SUCCESS");
  CHECK(served.task(first, "b").at("state").at("result_state") == "SUCCESS");
}

TEST_CASE("a run whose cluster waits with it for a run below it lends that one its room") {
  Served served;
  served.options.drivers_max = 1;
  served.reopen();
  json below{{"job_clusters", {Served::described("main")}}, {"tasks", {Served::on("inner", "ok")}}};
  auto child = served.post("2.1/jobs/create", below).integer("job_id");
  json middle{{"tasks", {{{"task_key", "call"}, {"run_job_task", {{"job_id", child}}}}}}};
  auto between = served.post("2.1/jobs/create", middle).integer("job_id");
  json call{
      {"task_key", "call"}, {"depends_on", {Served::after("a")}}, {"run_job_task", {{"job_id", between}}}};
  auto run_id =
      served.start({Served::on("a", "ok"), call, Served::on("last", "ok", {Served::after("call")})});
  CHECK(served.result(served.wait_for_end(run_id)) == "SUCCESS");
  auto id = served.cluster_id(run_id, "a");
  served.wait_for_cluster(id, "TERMINATED");
  CHECK(served.events(id) == started_once);
}

TEST_CASE("job clusters that make no sense are refused with their place") {
  Served served;
  auto refuses = [&](JsonArray clusters, std::string_view reason) {
    auto refused = served.post("2.1/jobs/create",
                               {{"job_clusters", std::move(clusters)}, {"tasks", {Served::on("a", "ok")}}});
    CHECK(refused.status == 400);
    CHECK_MESSAGE(refused.message().find(reason) != std::string::npos, refused.message());
  };
  refuses({Served::described("mian")}, "Task 'a': the job has no job cluster 'main' (did you mean 'mian'?).");
  refuses({Served::described("main"), Served::described("main")}, "Two job clusters have the key 'main'.");
  refuses({{{"job_cluster_key", "main"}}}, "Missing required field: job_clusters[0].new_cluster.");
  refuses({{{"job_cluster_key", "main"}, {"new_cluster", JsonObject{}}}},
          "job_clusters[0].new_cluster: Missing required field: spark_version.");
  json submission = {{"job_clusters", {Served::described("main")}}, {"tasks", {Served::on("a", "ok")}}};
  CHECK(served.post("2.1/jobs/runs/submit", submission)
            .message()
            .ends_with("Shared job cluster feature is not supported in runs/submit API."));
}
