#include "workspace/jobs/api/runs_api.h"

#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

struct Served : TestWorkspace {
  Served() { open(); }
};

}  // namespace

TEST_CASE("a submitted file runs with its parameters, and its output comes back") {
  Served served;
  auto id = served.submit("import sys\nprint('got', sys.argv[1:])\nprint('oops', file=sys.stderr)\n");
  auto run = served.wait_for_end(id);
  CHECK(served.state(run) == "TERMINATED");
  CHECK(served.result(run) == "SUCCESS");
  CHECK(run.at("state").at("state_message") == "");
  CHECK(run.at("status").at("state") == "TERMINATED");
  CHECK(run.at("status").at("termination_details").at("code") == "SUCCESS");
  CHECK(run.at("run_type") == "SUBMIT_RUN");
  CHECK(int_or(run, "job_id", 0) > 0);
  CHECK(int_or(run, "end_time", 0) >= int_or(run, "start_time", 0));
  CHECK(string_or(run, "run_page_url", "")
            .find("#job/" + std::to_string(int_or(run, "job_id", 0)) + "/run/" + std::to_string(id)) !=
        std::string::npos);
  const auto& task = run.at("tasks").at(0);
  CHECK(task.at("task_key") == "only");
  CHECK(int_or(task, "run_id", 0) != id);

  auto output = served.output(int_or(task, "run_id", 0));
  CHECK(output.at("logs") == "got ['one', 'two']\noops\n");
  CHECK(output.at("logs_truncated") == false);
  CHECK_FALSE(output.get_object().contains("error"));
  CHECK(output.at("metadata").at("run_id") == task.at("run_id"));
  CHECK(served.output(id).at("logs") == output.at("logs"));
}

TEST_CASE("a program that raises fails its run with the error and the trace") {
  Served served;
  auto id = served.submit("raise ValueError('boom')\n");
  auto run = served.wait_for_end(id);
  CHECK(served.state(run) == "TERMINATED");
  CHECK(served.result(run) == "FAILED");
  CHECK(string_or(run.at("state"), "state_message", "").find("Task only failed") != std::string::npos);
  CHECK(run.at("status").at("termination_details").at("code") == "RUN_EXECUTION_ERROR");
  auto output = served.output(id);
  CHECK(output.at("error") == "ValueError: boom");
  CHECK(string_or(output, "error_trace", "").find("Traceback") != std::string::npos);
}

TEST_CASE("a driver that is killed says by which signal, with the end of its output as the trace") {
  Served served;
  auto id = served.submit(
      "import os, sys\nprint('last words', file=sys.stderr, flush=True)\nos.kill(os.getpid(), 9)\n");
  CHECK(served.result(served.wait_for_end(id)) == "FAILED");
  auto output = served.output(id);
  CHECK(string_or(output, "error", "").find("killed by signal 9") != std::string::npos);
  CHECK(string_or(output, "error_trace", "").find("last words") != std::string::npos);
}

TEST_CASE("a notebook gets its widgets and gives back what it exits with") {
  Served served;
  json import = {{"path", "/Shared/nb"},
                 {"language", "PYTHON"},
                 {"content", databricks::encode_base64("leave(task['parameters']['region'])\n")}};
  REQUIRE(served.post("2.0/workspace/import", import).status == 200);
  json job = {{"name", "nb"},
              {"notebook_task",
               {{"notebook_path", "/Workspace/Shared/nb"}, {"base_parameters", {{"region", "west"}}}}}};
  auto job_id = served.post("2.1/jobs/create", job).integer("job_id");
  auto run_id =
      served.post("2.1/jobs/run-now", {{"job_id", job_id}, {"notebook_params", {{"region", "east"}}}})
          .integer("run_id");
  auto run = served.wait_for_end(run_id);
  CHECK(served.result(run) == "SUCCESS");
  CHECK(run.at("overriding_parameters").at("notebook_params").at("region") == "east");
  CHECK(served.output(run_id).at("notebook_output") == json{{"result", "east"}, {"truncated", false}});
}

TEST_CASE("the same token never starts a second run, and a deleted run's token starts none") {
  Served served;
  auto job = served.create_job("");
  json body = {{"job_id", job}, {"idempotency_token", "once"}};
  auto first = served.post("2.1/jobs/run-now", body);
  auto second = served.post("2.1/jobs/run-now", body);
  CHECK(second.status == 200);
  CHECK(first.integer("run_id") == second.integer("run_id"));
  served.wait_for_end(first.integer("run_id"));
  CHECK(served.post("2.1/jobs/run-now", body).integer("run_id") == first.integer("run_id"));
  served.reopen();
  CHECK(served.post("2.1/jobs/run-now", body).integer("run_id") == first.integer("run_id"));
  CHECK(served.get("2.1/jobs/runs/list?job_id=" + std::to_string(job)).body.at("runs").get_array().size() ==
        1);

  REQUIRE(served.post("2.1/jobs/runs/delete", {{"run_id", first.integer("run_id")}}).status == 200);
  auto deleted = served.post("2.1/jobs/run-now", body);
  CHECK(deleted.status == 400);
  CHECK(deleted.message().find("deleted") != std::string::npos);
  body = {{"job_id", job}, {"idempotency_token", std::string(65, 'x')}};
  CHECK(served.post("2.1/jobs/run-now", body).code() == "INVALID_PARAMETER_VALUE");
}

TEST_CASE("many requests with one token at once start one run") {
  Served served;
  served.put("/once.py", "");
  json task = {{"task_key", "only"}, {"spark_python_task", {{"python_file", "dbfs:/once.py"}}}};
  std::string body =
      to_text(json(JsonObject{{"run_name", "one"}, {"idempotency_token", "t"}, {"tasks", JsonArray{task}}}));
  std::mutex mutex;
  std::vector<std::int64_t> ids;
  {
    net::HttpClient client;
    std::vector<std::thread> threads;
    for (int i = 0; i < 16; ++i)
      threads.emplace_back([&] {
        auto answer = client.send_and_wait({.method = "POST",
                                            .url = served.host() + "/api/2.1/jobs/runs/submit",
                                            .headers = {{"Authorization", "Bearer " + served.token()}},
                                            .body = body});
        std::lock_guard lock(mutex);
        ids.push_back(answer ? int_or(parse_json(answer->body).value(), "run_id", 0) : -1);
      });
    for (auto& thread : threads) thread.join();
  }
  CHECK(std::ranges::count(ids, ids.front()) == 16);
  CHECK(ids.front() > 0);
  CHECK(served.get("2.1/jobs/runs/list").body.at("runs").get_array().size() == 1);
}

TEST_CASE("an unknown run is told in the words that clients know") {
  Served served;
  auto old = served.get("2.1/jobs/runs/get?run_id=123");
  CHECK(old.status == 400);
  CHECK(old.message() == "Run 123 does not exist.");
  CHECK(served.get("2.2/jobs/runs/get?run_id=123").status == 404);
  CHECK(served.get("2.2/jobs/runs/get?run_id=123").code() == "RESOURCE_DOES_NOT_EXIST");
  CHECK(served.post("2.1/jobs/runs/cancel", {{"run_id", 123}}).message() == "Run 123 does not exist.");
}

TEST_CASE("what cannot run ends with the reason") {
  Served served;
  auto ends_with = [&](JsonObject task, std::string_view code, std::string_view words) {
    task["task_key"] = "t";
    auto id = served.post("2.1/jobs/runs/submit", {{"tasks", JsonArray{task}}}).integer("run_id");
    auto run = served.wait_for_end(id);
    CAPTURE(to_text(run.at("state")));
    CHECK(served.state(run) == "INTERNAL_ERROR");
    CHECK(string_or(run.at("status").at("termination_details"), "code", "") == code);
    CHECK(string_or(run.at("state"), "state_message", "").find(words) != std::string::npos);
    CHECK(string_or(served.output(id), "error", "").find(words) != std::string::npos);
  };
  ends_with({{"pipeline_task", {{"pipeline_id", "p"}}}}, "FEATURE_DISABLED",
            "keeps a pipeline_task and does not run it: it has no pipelines");
  ends_with({{"spark_python_task", {{"python_file", "dbfs:/none.py"}}}}, "RESOURCE_NOT_FOUND",
            "'dbfs:/none.py' does not exist");
  ends_with({{"spark_python_task", {{"python_file", "s3://bucket/a.py"}}}}, "INVALID_RUN_CONFIGURATION",
            "neither in DBFS");
  ends_with({{"spark_python_task", {{"python_file", "dbfs:/../token"}}}}, "INVALID_RUN_CONFIGURATION",
            "'..'");
  ends_with({{"notebook_task", {{"notebook_path", "/Shared/none"}}}}, "RESOURCE_NOT_FOUND",
            "'/Shared/none' does not exist");
  served.put("/a.py", "");
  ends_with({{"spark_python_task", {{"python_file", "dbfs:/a.py"}}}, {"existing_cluster_id", "1127-none"}},
            "CLUSTER_ERROR", "Cluster 1127-none does not exist");
  ends_with({{"spark_python_task", {{"python_file", "dbfs:/a.py"}}},
             {"new_cluster", {{"spark_conf", {{"spark.a", "{{secrets/none/key}}"}}}}}},
            "INVALID_CLUSTER_REQUEST", "none/key, which does not exist");
}

TEST_CASE("the driver gets the cluster's settings and nothing of the server's credentials") {
  ::setenv("DATABRICKS_TOKEN", "the user's own", 1);
  ::setenv("SPARK_HOME", "/elsewhere", 1);
  Served served;
  std::string source =
      "import os, json\nprint(json.dumps([task['master'], task['spark_conf'], "
      "os.environ.get('DATABRICKS_TOKEN'),"
      " os.environ.get('SPARK_HOME'), os.environ['GREETING'], os.path.realpath(os.getcwd()) != '/']))\n";
  auto id =
      served.submit(source, {{"new_cluster",
                              {{"num_workers", "0"},
                               {"spark_conf", {{"spark.master", "local[3]"}, {"spark.ui.enabled", "false"}}},
                               {"spark_env_vars", {{"GREETING", "hi; $(touch /x)"}}}}}});
  served.wait_for_end(id);
  ::unsetenv("DATABRICKS_TOKEN");
  ::unsetenv("SPARK_HOME");
  auto seen = parse_json(string_or(served.output(id), "logs", "")).value();
  CHECK(seen == json{"local[3]",
                     {{"spark.master", "local[3]"}, {"spark.ui.enabled", "false"}},
                     nullptr,
                     nullptr,
                     "hi; $(touch /x)",
                     true});
}

TEST_CASE("one thread for each worker, at most one for each core") {
  CHECK(spark_master(JsonObject{}, 4) == "local[4]");
  CHECK(spark_master(json{{"num_workers", 0}}, 4) == "local[4]");
  CHECK(spark_master(json{{"num_workers", 2}}, 4) == "local[2]");
  CHECK(spark_master(json{{"num_workers", 9}}, 4) == "local[4]");
  CHECK(spark_master(json{{"autoscale", {{"min_workers", 1}, {"max_workers", 3}}}}, 4) == "local[3]");
  CHECK(spark_master(json{{"num_workers", 2}, {"spark_conf", {{"spark.master", "spark://h:7077"}}}}, 4) ==
        "spark://h:7077");
}

TEST_CASE("runs are listed newest first, by job and by state, and page by page") {
  Served served;
  auto job = served.create_job("");
  std::vector<std::int64_t> started;
  for (int i = 0; i < 3; ++i) {
    started.push_back(served.post("2.1/jobs/run-now", {{"job_id", job}}).integer("run_id"));
    served.wait_for_end(started.back());
  }
  auto other = served.submit(waits_forever);
  std::string of_job = "2.1/jobs/runs/list?job_id=" + std::to_string(job);
  auto page = served.get(of_job + "&limit=2").body;
  CHECK(page.at("runs").at(0).at("run_id") == started[2]);
  CHECK(page.at("has_more") == true);
  CHECK_FALSE(page.at("runs").at(0).get_object().contains("tasks"));
  auto rest =
      served
          .get(of_job + "&limit=2&page_token=" + net::percent_encode(string_or(page, "next_page_token", "")))
          .body;
  CHECK(rest.at("runs").get_array().size() == 1);
  CHECK(rest.at("runs").at(0).at("run_id") == started[0]);
  CHECK_FALSE(rest.get_object().contains("next_page_token"));
  auto active = served.get("2.1/jobs/runs/list?active_only=true&expand_tasks=true").body;
  CHECK(active.at("runs").get_array().size() == 1);
  CHECK(active.at("runs").at(0).at("tasks").get_array().size() == 1);
  CHECK(served.get("2.1/jobs/runs/list?completed_only=true").body.at("runs").get_array().size() == 3);
  CHECK(served.get("2.1/jobs/runs/list?active_only=true&completed_only=true").code() ==
        "INVALID_PARAMETER_VALUE");
  served.post("2.1/jobs/runs/cancel", {{"run_id", other}});
  served.wait_for_end(other);
}

TEST_CASE("2.0 clients see a single task's run without a list of tasks") {
  Served served;
  served.put("/a.py", "");
  json body = {{"spark_python_task", {{"python_file", "dbfs:/a.py"}}}, {"existing_cluster_id", "any"}};
  auto id = served.post("2.0/jobs/runs/submit", body).integer("run_id");
  served.wait_for_end(id);
  auto run = served.get("2.0/jobs/runs/get?run_id=" + std::to_string(id)).body;
  CHECK(run.at("task").at("spark_python_task").at("python_file") == "dbfs:/a.py");
  CHECK(run.at("cluster_spec").at("existing_cluster_id") == "any");
  CHECK_FALSE(run.get_object().contains("tasks"));
}
