#include "workspace/jobs/drivers/task_code.h"

#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

struct Served : TestWorkspace {
  Served() { open(); }

  json task_with(std::string_view type, json settings, JsonObject task = {}) {
    task["task_key"] = "only";
    task[type] = std::move(settings);
    return {{"tasks", JsonArray{std::move(task)}}};
  }

  /// What the driver of a task was told to run, as it printed it itself.
  json told(const json& submission) {
    auto submitted = post("2.1/jobs/runs/submit", submission);
    REQUIRE_MESSAGE(submitted.status == 200, submitted.message());
    last = submitted.integer("run_id");
    auto ended = wait_for_end(last);
    REQUIRE_MESSAGE(result(ended) == "SUCCESS", to_text(ended.at("state")));
    return parse_json(string_or(output(last), "logs", "")).value();
  }

  /// The message of the end of a run that cannot begin, and the code of its termination.
  std::pair<std::string, std::string> end_of(const json& submission) {
    auto submitted = post("2.1/jobs/runs/submit", submission);
    REQUIRE_MESSAGE(submitted.status == 200, submitted.message());
    auto ended = wait_for_end(submitted.integer("run_id"));
    const json& task = ended.at("tasks").at(0);
    return {string_or(task.at("state"), "state_message", ""),
            string_or(task.at("status").at("termination_details"), "code", "")};
  }

  void refuses(const json& submission, std::string_view reason) {
    auto refused = post("2.1/jobs/runs/submit", submission);
    CHECK(refused.status == 400);
    CHECK_MESSAGE(refused.message().find(reason) != std::string::npos, refused.message());
  }

  std::int64_t last = 0;
};

}  // namespace

TEST_CASE("a package is called by its entry point, with parameters in a row or by name") {
  Served served;
  json told = served.told(served.task_with(
      "python_wheel_task",
      {{"package_name", "rain"}, {"entry_point", "report"}, {"parameters", {"--day", "monday"}}}));
  CHECK(told.at("kind") == "python_wheel");
  CHECK(told.at("shown_path") == "rain");
  CHECK(told.at("entry_point") == "report");
  CHECK(told.at("parameters") == json{"--day", "monday"});
  told = served.told(
      served.task_with("python_wheel_task", {{"package_name", "rain"},
                                             {"entry_point", "report"},
                                             {"named_parameters", {{"day", "monday"}, {"n", 7}}}}));
  CHECK(told.at("parameters") == json{"--day=monday", "--n=7"});
}

TEST_CASE("classes and the words of spark-submit reach the driver as they were given") {
  Served served;
  json told = served.told(
      served.task_with("spark_jar_task", {{"main_class_name", "rain.Report"}, {"parameters", {"a", "b"}}}));
  CHECK(told.at("kind") == "spark_jar");
  CHECK(told.at("shown_path") == "rain.Report");
  CHECK(told.at("parameters") == json{"a", "b"});
  told = served.told(
      served.task_with("spark_submit_task", {{"parameters", {"--class", "rain.Report", "dbfs:/rain.jar"}}}));
  CHECK(told.at("kind") == "spark_submit");
  CHECK(told.at("parameters") == json{"--class", "rain.Report", "dbfs:/rain.jar"});
}

TEST_CASE("a SQL task names its file or its query, and its output is that of SQL") {
  Served served;
  json told = served.told(served.task_with(
      "sql_task",
      {{"warehouse_id", "w"}, {"query", {{"query_id", "q"}}}, {"parameters", {{"day", "monday"}}}}));
  CHECK(told.at("query_id") == "q");
  CHECK(told.at("parameters").at("day") == "monday");
  CHECK(served.output(served.last).at("sql_output").at("query_output").at("warehouse_id") == "w");
  served.put("/report.sql", "print('a file')\n");  // which the test's driver runs
  auto submitted = served.post(
      "2.1/jobs/runs/submit",
      served.task_with("sql_task", {{"warehouse_id", "w"}, {"file", {{"path", "dbfs:/report.sql"}}}}));
  auto run = served.wait_for_end(submitted.integer("run_id"));
  CHECK(served.output(submitted.integer("run_id")).at("logs") == "a file\n");
  CHECK(run.at("tasks").at(0).at("sql_task").at("file").at("source") == "WORKSPACE");
}

TEST_CASE("what cannot run ends its run with the reason") {
  Served served;
  auto [message, code] = served.end_of(served.task_with("dbt_task", {{"commands", {"dbt run"}}}));
  CHECK(message == "The embedded workspace keeps a dbt_task and does not run it: it has no dbt.");
  CHECK(code == "FEATURE_DISABLED");
  std::tie(message, code) =
      served.end_of(served.task_with("sql_task", {{"warehouse_id", "w"}, {"alert", {{"alert_id", "a"}}}}));
  CHECK(message == "The embedded workspace runs SQL tasks of files and queries, not of alerts.");
  std::tie(message, code) = served.end_of(
      served.task_with("sql_task", {{"warehouse_id", "w"}, {"file", {{"path", "/Shared/none.sql"}}}}));
  CHECK(message == "The SQL file '/Shared/none.sql' does not exist.");
  CHECK(code == "RESOURCE_NOT_FOUND");
  json notebook = {{"path", "/Shared/model"},
                   {"format", "SOURCE"},
                   {"language", "SCALA"},
                   {"content", databricks::encode_base64("val x = 1\n")}};
  REQUIRE(served.post("2.0/workspace/import", notebook).status == 200);
  std::tie(message, code) =
      served.end_of(served.task_with("notebook_task", {{"notebook_path", "/Shared/model"}}));
  CHECK(message ==
        "The embedded workspace runs notebooks in Python and SQL, and '/Shared/model' is in SCALA.");
}

TEST_CASE("settings that make no sense are refused when they come in, with the task's name") {
  Served served;
  served.refuses(served.task_with("python_wheel_task", {{"package_name", "rain"}}),
                 "Task 'only': missing required field: python_wheel_task.entry_point.");
  served.refuses(served.task_with("python_wheel_task", {{"package_name", "rain"},
                                                        {"entry_point", "e"},
                                                        {"parameters", JsonArray{}},
                                                        {"named_parameters", JsonObject{}}}),
                 "either python_wheel_task.parameters or named_parameters");
  served.refuses(served.task_with("spark_jar_task", JsonObject{}), "spark_jar_task.main_class_name");
  served.refuses(served.task_with("sql_task", {{"warehouse_id", "w"}}), "needs one of query, file, alert");
  served.refuses(served.task_with("sql_task", {{"warehouse_id", "w"}, {"file", JsonObject{}}}),
                 "missing required field: sql_task.file.path.");
  served.refuses(
      served.task_with("spark_submit_task", {{"parameters", {"a.py"}}}, {{"existing_cluster_id", "c"}}),
      "runs on a new_cluster only");
  served.refuses(served.task_with("spark_jar_task", {{"main_class_name", "A"}},
                                  {{"libraries", {{{"jra", "dbfs:/a.jar"}}}}}),
                 "Task 'only': libraries[0] is of the unknown kind 'jra' (did you mean 'jar'?)");
}
