#include "workspace/jobs/settings/job_settings.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::workspace;

namespace {

json task(std::string key, JsonArray depends_on = {}) {
  JsonArray edges;
  for (const auto& upstream : depends_on) edges.push_back(JsonObject{{"task_key", upstream}});
  return {{"task_key", key}, {"spark_python_task", {{"python_file", "dbfs:/a.py"}}}, {"depends_on", edges}};
}

std::string complaint(JsonObject given) {
  auto settings = normalize_settings(std::move(given), "2.1");
  return settings ? "" : settings.error().message;
}

}  // namespace

TEST_CASE("the single-task form becomes a list of one task, and 2.0 reads it back as it was") {
  JsonObject given{{"name", "report"},
                   {"spark_python_task", {{"python_file", "dbfs:/a.py"}}},
                   {"new_cluster", {{"num_workers", "2"}}},
                   {"max_retries", 1},
                   {"timeout_seconds", "60"}};
  auto settings = normalize_settings(given, "2.0").value();
  REQUIRE(tasks_of(settings).size() == 1);
  const auto& only = tasks_of(settings)[0].get_object();
  CHECK(only.at("task_key") == "main");
  CHECK(only.at("max_retries") == 1);
  CHECK(only.at("new_cluster").at("num_workers") == 2);
  CHECK(settings.at("timeout_seconds") == 60);
  CHECK_FALSE(settings.contains("spark_python_task"));

  auto shown = settings_for_2_0(settings);
  CHECK_FALSE(shown.contains("tasks"));
  CHECK(shown.at("format") == "SINGLE_TASK");
  CHECK(shown.at("spark_python_task").at("python_file") == "dbfs:/a.py");
}

TEST_CASE("the only task of a one-time run in the single-task form is called like the run") {
  auto key = [](std::string_view run_name) {
    JsonObject given{{"run_name", run_name}, {"spark_python_task", {{"python_file", "dbfs:/a.py"}}}};
    auto settings = normalize_settings(given, "2.1").value();
    return string_or(tasks_of(settings)[0], "task_key", "");
  };
  CHECK(key("d9de86012e119d3825465ea72e75b207") == "d9de86012e119d3825465ea72e75b207");
  CHECK(key("daily report, 2026") == "daily_report__2026");
  CHECK(key(std::string(101, 'a')) == std::string(100, 'a'));
  CHECK(key("") == "main");
}

TEST_CASE("numbers among parameters become text, numbers among settings become numbers, the unknown stays") {
  JsonObject given{
      {"tasks",
       JsonArray{{{"task_key", "a"},
                  {"notebook_task",
                   {{"notebook_path", "/n"}, {"base_parameters", {{"max_retries", 3}, {"on", true}}}}},
                  {"future_field", {{"x", "1"}}}}}},
      {"max_concurrent_runs", "4"}};
  auto settings = normalize_settings(given, "2.1").value();
  const auto& only = tasks_of(settings)[0];
  CHECK(only.at("notebook_task").at("base_parameters") == json{{"max_retries", "3"}, {"on", "true"}});
  CHECK(only.at("future_field").at("x") == "1");
  CHECK(settings.at("max_concurrent_runs") == 4);
  CHECK(settings.at("format") == "MULTI_TASK");
  CHECK(only.at("notebook_task").at("source") == "WORKSPACE");
}

TEST_CASE("settings that cannot run are refused with the task's name and the reason") {
  CHECK(complaint({{"tasks", JsonArray{task("a"), task("b", {"a"})}}}) == "");
  CHECK(complaint({{"tasks", JsonArray{task("a"), task("a")}}}) == "Two tasks have the key 'a'.");
  CHECK(complaint({{"tasks", JsonArray{task("a", {"c"})}}}) ==
        "Task 'a' depends on 'c', which is no task of this job.");
  CHECK(complaint({{"tasks", JsonArray{task("a", {"b"}), task("b", {"a"})}}}).find("depends on itself") !=
        std::string::npos);
  CHECK(complaint({{"tasks", JsonArray{task("a b")}}}).find("'a b' is not usable") != std::string::npos);
  CHECK(complaint({{"tasks", JsonArray{{{"task_key", "a"}}}}}).find("says not what to run") !=
        std::string::npos);
  CHECK(complaint({{"tasks", JsonArray{{{"task_key", "a"}, {"notebok_task", JsonObject{}}}}}})
            .find("'notebook_task'") != std::string::npos);
  CHECK(complaint({{"spark_python_task", JsonObject{}}}).find("spark_python_task.python_file") !=
        std::string::npos);
  CHECK(complaint({{"timeout_seconds", "soon"}}) == "timeout_seconds must be an integer, not string.");
}

TEST_CASE("what steers a task is refused when it has the wrong type or says nothing that is known") {
  auto with = [](JsonObject more) {
    JsonObject one = task("b").get_object();
    for (const auto& [field, value] : more) one[field] = value;
    return complaint({{"tasks", JsonArray{task("a"), one}}});
  };
  CHECK(with({{"depends_on", JsonObject{{"task_key", "a"}}}}) ==
        "Task 'b': depends_on must be an array, not object.");
  CHECK(with({{"depends_on", JsonArray{"a"}}}) ==
        "Task 'b': depends_on[0] must be an object with 'task_key'.");
  CHECK(with({{"depends_on", JsonArray{JsonObject{{"key", "a"}}}}}) ==
        "Task 'b': depends_on[0] must be an object with 'task_key'.");
  CHECK(with({{"depends_on", nullptr}, {"run_if", nullptr}}).empty());
  CHECK(with({{"run_if", "ALL_DON"}}) ==
        "Task 'b': run_if 'ALL_DON' is no condition; did you mean 'ALL_DONE'?");
  CHECK(with({{"run_if", "sometimes"}}).find("known: ALL_SUCCESS, AT_LEAST_ONE_SUCCESS") !=
        std::string::npos);
  CHECK(with({{"run_if", true}}) == "Task 'b': run_if must be text, not boolean.");
  for (std::string_view rule : {"ALL_SUCCESS", "AT_LEAST_ONE_SUCCESS", "NONE_FAILED", "ALL_DONE",
                                "AT_LEAST_ONE_FAILED", "ALL_FAILED"})
    CHECK(with({{"run_if", rule}}).empty());
  CHECK(with({{"retry_on_timeout", "yes"}}) == "Task 'b': retry_on_timeout must be a boolean, not string.");
  CHECK(with({{"existing_cluster_id", 12}}) == "Task 'b': existing_cluster_id must be text, not integer.");
  CHECK(with({{"spark_python_task", {{"python_file", "dbfs:/a.py"}, {"parameters", "--day 1"}}}}) ==
        "Task 'b': spark_python_task.parameters must be an array, not string.");
  CHECK(with({{"webhook_notifications", JsonArray{}}}) ==
        "Task 'b': webhook_notifications must be an object, not array.");
  json repeated = task("one");
  repeated.get_object()["run_if"] = "NEVER";
  json loop{{"task_key", "loop"}, {"for_each_task", {{"inputs", "[]"}, {"task", repeated}}}};
  CHECK(complaint({{"tasks", JsonArray{loop}}}).starts_with("Task 'one': run_if 'NEVER' is no condition"));
}

TEST_CASE("what steers a job is refused when it has the wrong type, and booleans may come as text") {
  CHECK(complaint({{"queue", true}}) == "queue must be an object, not boolean.");
  CHECK(complaint({{"queue", {{"enabled", "maybe"}}}}) == "queue.enabled must be a boolean, not string.");
  CHECK(complaint({{"parameters", {{"day", "monday"}}}}) == "parameters must be an array, not object.");
  CHECK(complaint({{"parameters", JsonArray{"day"}}}) == "parameters[0] must be an object with 'name'.");
  CHECK(complaint({{"trigger", {{"periodic", 5}}}}) == "trigger.periodic must be an object, not integer.");
  CHECK(complaint({{"health", {{"rules", JsonObject{}}}}}) == "health.rules must be an array, not object.");
  JsonObject one = task("a").get_object();
  one["retry_on_timeout"] = "true";
  auto settings =
      normalize_settings({{"tasks", JsonArray{one}}, {"queue", {{"enabled", "False"}}}}, "2.1").value();
  CHECK(tasks_of(settings)[0].at("retry_on_timeout") == true);
  CHECK(settings.at("queue").at("enabled") == false);
}
