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
