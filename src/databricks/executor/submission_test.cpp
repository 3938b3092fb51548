#include "databricks/executor/submission.h"

#include <doctest/doctest.h>

#include "databricks/executor/kinds.h"
#include "databricks/operations/task_settings.h"

using namespace weir;
using namespace weir::databricks;

namespace {

runtime::Attempt attempt(std::string_view kind, json inputs) {
  runtime::Attempt attempt;
  attempt.flow = "tutorial";
  attempt.task = "load.daily";
  attempt.run_name = "calm-otter";
  attempt.kind = kind;
  attempt.token = "token-1";
  attempt.inputs = std::move(inputs);
  return attempt;
}

auto run_now(json inputs) { return make_submission(attempt(run_now_kind, std::move(inputs)), Instant{}); }
auto submit(json inputs) { return make_submission(attempt(submit_run_kind, std::move(inputs)), Instant{}); }

std::string refusal(const std::expected<Submission, core::Problem>& made) {
  REQUIRE_FALSE(made);
  return made.error().path + ": " + made.error().error.message;
}

json python(std::string_view key) {
  return {{"task_key", key}, {"spark_python_task", {{"python_file", "dbfs:/a.py"}}}};
}

}  // namespace

TEST_CASE("run_now sends what was given, the token and parameters as text") {
  auto made = run_now({{"job_id", "7"},
                       {"notebook_params", {{"n", 3}, {"on", true}, {"list", {1, 2}}}},
                       {"python_params", {"a", 1.5}},
                       {"brand_new_field", {{"x", 1}}}});
  REQUIRE(made);
  CHECK(made->path == "/api/2.2/jobs/run-now");
  CHECK(made->body == json{{"job_id", 7},
                           {"notebook_params", {{"n", "3"}, {"on", "true"}, {"list", "[1,2]"}}},
                           {"python_params", {"a", "1.5"}},
                           {"brand_new_field", {{"x", 1}}},
                           {"idempotency_token", "token-1"}});
  CHECK(made->warnings.empty());
}

TEST_CASE("run_now needs exactly one job") {
  CHECK(refusal(run_now(JsonObject{})) == ": no job is named");
  CHECK(refusal(run_now({{"job", "a"}, {"job_id", 1}})) == "/job_id: job and job_id exclude each other");
  CHECK(refusal(run_now({{"job_id", "seven"}})) == "/job_id: \"seven\" is no job id");
  CHECK(run_now({{"job", "ingest"}})->job_name == "ingest");
}

TEST_CASE("what Databricks would refuse is refused before it is sent") {
  CHECK(refusal(run_now({{"job_id", 1}, {"notebook_params", {{"x", std::string(10'000, 'x')}}}}))
            .starts_with("/notebook_params: notebook_params has 10"));
  CHECK(run_now({{"job_id", 1}, {"job_parameters", {{"x", std::string(10'000, 'x')}}}}));
  CHECK(refusal(run_now({{"job_id", 1}, {"python_params", {"a", "grün"}}})) ==
        "/python_params/1: python_params takes ASCII only");
  CHECK(refusal(run_now({{"job_id", 1}, {"jar_params", {"a"}}, {"notebook_params", {{"a", "b"}}}})) ==
        "/jar_params: jar_params and notebook_params exclude each other");
  CHECK(refusal(run_now({{"job_id", 1}, {"idempotency_token", "mine"}})).starts_with("/idempotency_token"));
}

TEST_CASE("the size limit counts the JSON text of the field, to the byte") {
  std::size_t frame = std::string_view(R"({"python_params":[""]})").size();
  CHECK(run_now({{"job_id", 1}, {"python_params", JsonArray{std::string(10'000 - frame, 'x')}}}));
  CHECK_FALSE(run_now({{"job_id", 1}, {"python_params", JsonArray{std::string(10'001 - frame, 'x')}}}));
}

TEST_CASE("a field that is almost a known one passes with a warning") {
  auto made = run_now({{"job_id", 1}, {"notebok_params", {{"a", "b"}}}});
  REQUIRE(made);
  REQUIRE(made->warnings.size() == 1);
  CHECK(made->warnings[0].contains("did you mean 'notebook_params'?"));
}

TEST_CASE("one task at the top level becomes a list of one") {
  auto made = submit({{"spark_python_task", {{"python_file", "dbfs:/a.py"}, {"parameters", {"daily", 1}}}},
                      {"existing_cluster_id", "c1"},
                      {"timeout_seconds", 60}});
  REQUIRE(made);
  CHECK(made->path == "/api/2.2/jobs/runs/submit");
  CHECK(made->body ==
        json{{"timeout_seconds", 60},
             {"tasks",
              JsonArray{
                  json{{"task_key", "load_daily"},
                       {"description", "[started by weir: tutorial/load.daily of run calm-otter, token-1]"},
                       {"spark_python_task", {{"python_file", "dbfs:/a.py"}, {"parameters", {"daily", "1"}}}},
                       {"existing_cluster_id", "c1"}}}},
             {"run_name", "tutorial/load.daily"},
             {"idempotency_token", "token-1"}});
}

TEST_CASE("the author's run name stays") {
  CHECK(submit({{"run_name", "report"}, {"notebook_task", {{"notebook_path", "/a"}}}})->body.at("run_name") ==
        "report");
}

TEST_CASE("a deadline becomes the workspace's timeout, a little later than our own") {
  auto late = attempt(submit_run_kind, {{"notebook_task", {{"notebook_path", "/a"}}}});
  late.deadline = Instant{} + std::chrono::minutes(10);
  CHECK(make_submission(late, Instant{})->body.at("timeout_seconds") == 630);
}

TEST_CASE("a misspelt task type is refused with the nearest, an unknown one passes") {
  auto misspelt = submit({{"notebok_task", {{"notebook_path", "/a"}}}});
  CHECK(refusal(misspelt) == "/notebok_task: there is no task type 'notebok_task'");
  CHECK(misspelt.error().error.hint == "did you mean 'notebook_task'?");
  CHECK(submit({{"quantum_annealing_task", {{"qubits", 5}}}}));
}

TEST_CASE("what to run must be said, and said once") {
  CHECK(refusal(submit({{"run_name", "a"}})) == ": what to run is missing");
  CHECK(refusal(submit({{"notebook_task", JsonObject{}}, {"sql_task", JsonObject{}}})) ==
        "/sql_task: notebook_task and sql_task exclude each other");
  CHECK(refusal(submit({{"notebook_task", JsonObject{}}, {"tasks", JsonArray{python("a")}}})) ==
        "/notebook_task: tasks and notebook_task exclude each other");
  CHECK(
      refusal(submit(
          {{"notebook_task", JsonObject{}}, {"new_cluster", JsonObject{}}, {"existing_cluster_id", "c"}})) ==
      "/existing_cluster_id: new_cluster and existing_cluster_id exclude each other");
}

TEST_CASE("tasks are checked one by one and against each other") {
  json nameless = python("a");
  nameless.as_object().erase("task_key");
  CHECK(refusal(submit({{"tasks", JsonArray{python("a"), nameless}}})) ==
        "/tasks/1: the task has no task_key");
  CHECK(refusal(submit({{"tasks", JsonArray{python("a"), python("a")}}})) ==
        "/tasks/1/task_key: there are two tasks 'a'");
  CHECK(refusal(submit({{"tasks", JsonArray{python("a b")}}})) == "/tasks/0/task_key: 'a b' is no task key");
  json after = python("b");
  after.as_object()["depends_on"] = JsonArray{json{{"task_key", "extarct"}}};
  auto made = submit({{"tasks", JsonArray{python("extract"), after}}});
  CHECK(refusal(made) == "/tasks/1/depends_on/0/task_key: there is no task 'extarct'");
  CHECK(made.error().error.hint == "did you mean 'extract'?");
  json null_parameter = python("a");
  null_parameter.at("spark_python_task").as_object()["parameters"] = JsonArray{nullptr};
  CHECK(refusal(submit({{"tasks", JsonArray{null_parameter}}})) ==
        "/tasks/0/spark_python_task/parameters/0: a parameter cannot be null");
}

TEST_CASE("task keys are made to fit the API") {
  CHECK(wire_task_key("load.daily-1") == "load_daily-1");
  CHECK(wire_task_key(std::string(128, 'x')).size() == 100);
}

TEST_CASE("a template gives what is not given beside it, for jobs and for one-time runs") {
  auto made =
      run_now({{"json", {{"job_id", 7}, {"notebook_params", {{"region", "west"}, {"day", "monday"}}}}},
               {"notebook_params", {{"day", "friday"}}}});
  REQUIRE(made);
  CHECK(made->body.at("job_id") == 7);
  CHECK(made->body.at("notebook_params") == json{{"region", "west"}, {"day", "friday"}});
  auto submitted =
      submit({{"json", {{"run_name", "a"}, {"spark_python_task", {{"python_file", "dbfs:/a.py"}}}}},
              {"run_name", "b"},
              {"existing_cluster_id", "c"}});
  REQUIRE(submitted);
  CHECK(submitted->body.at("run_name") == "b");
  CHECK(find(submitted->body, "json") == nullptr);
}

TEST_CASE("what create_job and create_cluster gave names a job and a cluster") {
  auto made = run_now({{"job_id", {{"job_id", 7}, {"created", true}}}});
  REQUIRE(made);
  CHECK(made->body.at("job_id") == 7);
  json task = python("a");
  task.get_object()["existing_cluster_id"] = {{"cluster_id", "0101-1"}, {"state", "RUNNING"}};
  auto submitted = submit({{"tasks", JsonArray{task}}});
  REQUIRE(submitted);
  CHECK(submitted->body.at("tasks").at(0).at("existing_cluster_id") == "0101-1");
}
