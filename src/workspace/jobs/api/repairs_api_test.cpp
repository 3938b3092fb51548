#include "workspace/jobs/api/repairs_api.h"

#include <fstream>

#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

/// A job of three tasks in a row, of which the second fails until a file is there.
struct Broken : TestWorkspace {
  Broken() {
    open();
    put("/fine.py", "print('attempt')\n");
    put("/fragile.py", "import os\nassert os.path.exists('" + mended.string() + "'), 'still broken'\n");
    job = post("2.1/jobs/create", {{"name", "three"}, {"tasks", three_tasks()}}).integer("job_id");
    run_id = post("2.1/jobs/run-now", {{"job_id", job}}).integer("run_id");
    CHECK(result(wait_for_end(run_id)) == "FAILED");
  }

  static JsonArray three_tasks() {
    auto task = [](std::string_view key, std::string_view file, std::string_view after) {
      JsonObject one{{"task_key", key}, {"spark_python_task", {{"python_file", file}}}};
      if (!after.empty()) one["depends_on"] = JsonArray{JsonObject{{"task_key", after}}};
      return one;
    };
    return {task("first", "dbfs:/fine.py", ""), task("second", "dbfs:/fragile.py", "first"),
            task("third", "dbfs:/fine.py", "second")};
  }

  void mend() { std::ofstream(mended) << "yes"; }

  Answered repair(JsonObject body) {
    body["run_id"] = run_id;
    return post("2.1/jobs/runs/repair", body);
  }

  JsonArray history() {
    return get("2.1/jobs/runs/get?include_history=true&run_id=" + std::to_string(run_id))
        .body.at("repair_history")
        .get_array();
  }

  std::vector<std::string> attempts() {
    std::vector<std::string> all;
    for (const json& task : run(run_id).at("tasks").get_array())
      all.push_back(string_or(task, "task_key", "") + " " +
                    std::to_string(int_or(task, "attempt_number", -1)));
    return all;
  }

  std::filesystem::path mended = folder() / "mended";
  std::int64_t job = 0;
  std::int64_t run_id = 0;
};

}  // namespace

TEST_CASE("a repair runs the failed tasks and those skipped behind them again, under the same run") {
  Broken broken;
  broken.mend();
  auto repaired = broken.repair({{"rerun_all_failed_tasks", true}});
  REQUIRE_MESSAGE(repaired.status == 200, repaired.message());
  CHECK(repaired.integer("repair_id") > 0);
  CHECK(broken.result(broken.wait_for_end(broken.run_id)) == "SUCCESS");
  CHECK(broken.attempts() ==
        std::vector<std::string>{"first 0", "second 0", "third 0", "second 1", "third 1"});

  JsonArray history = broken.history();
  REQUIRE(history.size() == 2);
  CHECK(history[0].at("type") == "ORIGINAL");
  CHECK(broken.result(history[0]) == "FAILED");
  CHECK(history[0].at("task_run_ids").get_array().size() == 3);
  CHECK(history[1].at("type") == "REPAIR");
  CHECK(int_or(history[1], "id", 0) == repaired.integer("repair_id"));
  CHECK(broken.result(history[1]) == "SUCCESS");
  CHECK(history[1].at("task_run_ids").get_array().size() == 2);
}

TEST_CASE("a repair survives the server, and counts retries from its own first attempt") {
  Broken broken;
  json settings{{"name", "three"}, {"tasks", Broken::three_tasks()}};
  settings.at("tasks").at(1).get_object()["max_retries"] = 1;
  REQUIRE(broken.post("2.1/jobs/reset", {{"job_id", broken.job}, {"new_settings", settings}}).status == 200);
  REQUIRE(broken.repair({{"rerun_tasks", JsonArray{"second"}}, {"rerun_dependent_tasks", true}}).status ==
          200);
  broken.reopen();
  CHECK(broken.result(broken.wait_for_end(broken.run_id)) == "FAILED");
  CHECK(broken.attempts() ==
        std::vector<std::string>{"first 0", "second 0", "third 0", "second 1", "third 1", "second 2"});
}

TEST_CASE("from the second repair on, the one before must be named") {
  Broken broken;
  auto first = broken.repair({{"rerun_all_failed_tasks", true}});
  REQUIRE(first.status == 200);
  CHECK(broken.repair({{"rerun_all_failed_tasks", true}}).code() == "INVALID_STATE");
  broken.wait_for_end(broken.run_id);
  auto unnamed = broken.repair({{"rerun_all_failed_tasks", true}});
  CHECK(unnamed.code() == "INVALID_PARAMETER_VALUE");
  CHECK(unnamed.message().find(std::to_string(first.integer("repair_id"))) != std::string::npos);
  CHECK(broken.repair({{"rerun_all_failed_tasks", true}, {"latest_repair_id", 1}}).status == 400);
  broken.mend();
  auto second =
      broken.repair({{"rerun_all_failed_tasks", true}, {"latest_repair_id", first.integer("repair_id")}});
  REQUIRE_MESSAGE(second.status == 200, second.message());
  CHECK(broken.result(broken.wait_for_end(broken.run_id)) == "SUCCESS");
  CHECK(broken.history().size() == 3);
}

TEST_CASE("a repair that says nothing, too much or something unknown is refused") {
  Broken broken;
  CHECK(broken.repair({}).message().find("rerun_tasks") != std::string::npos);
  CHECK(broken.repair({{"rerun_tasks", JsonArray{"first"}}, {"rerun_all_failed_tasks", true}}).status == 400);
  auto unknown = broken.repair({{"rerun_tasks", JsonArray{"secnd"}}});
  CHECK(unknown.message().find("second") != std::string::npos);
  CHECK(broken.post("2.2/jobs/runs/repair", {{"run_id", 999999}, {"rerun_all_failed_tasks", true}}).status ==
        404);
}

TEST_CASE(
    "a repair of a task that depends by now on one the run does not have is refused, and the run stays") {
  Broken broken;
  JsonArray tasks = Broken::three_tasks();
  tasks.push_back({{"task_key", "added"}, {"spark_python_task", {{"python_file", "dbfs:/fine.py"}}}});
  tasks[1].at("depends_on").get_array().push_back(JsonObject{{"task_key", "added"}});
  json change{{"job_id", broken.job}, {"new_settings", {{"tasks", tasks}}}};
  REQUIRE(broken.post("2.1/jobs/update", change).status == 200);
  auto refused = broken.repair({{"rerun_all_failed_tasks", true}});
  CHECK(refused.code() == "INVALID_PARAMETER_VALUE");
  CHECK(refused.message().find("'second' depends on 'added' by now") != std::string::npos);
  CHECK(broken.result(broken.run(broken.run_id)) == "FAILED");
  CHECK(broken.history().size() == 1);

  broken.mend();
  CHECK(broken.repair({{"rerun_tasks", JsonArray{"third"}}}).status == 200);
  broken.wait_for_end(broken.run_id);
}

TEST_CASE("a notebook's run is exported as a page, others are not") {
  TestWorkspace served;
  served.open();
  json import = {{"path", "/Shared/nb"},
                 {"language", "PYTHON"},
                 {"content", databricks::encode_base64("print('1 < 2')\n")}};
  REQUIRE(served.post("2.0/workspace/import", import).status == 200);
  json body = {{"run_name", "one"}, {"notebook_task", {{"notebook_path", "/Shared/nb"}}}};
  auto run_id = served.post("2.1/jobs/runs/submit", body).integer("run_id");
  served.wait_for_end(run_id);
  auto views = served.get("2.1/jobs/runs/export?run_id=" + std::to_string(run_id)).body.at("views");
  CHECK(views.at(0).at("type") == "NOTEBOOK");
  CHECK(views.at(0).at("name") == "nb");
  CHECK(string_or(views.at(0), "content", "").find("1 &lt; 2") != std::string::npos);
  auto script = served.submit("");
  served.wait_for_end(script);
  CHECK(served.get("2.1/jobs/runs/export?run_id=" + std::to_string(script)).status == 400);
}
