#include "workspace/jobs/settings/task_fields.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/nearest.h"
#include "workspace/clusters/library.h"
#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

struct Required {
  std::string_view type;
  std::string_view field;
};

constexpr auto required_fields = std::to_array<Required>({
    {"notebook_task", "notebook_path"},
    {"spark_python_task", "python_file"},
    {"python_wheel_task", "package_name"},
    {"python_wheel_task", "entry_point"},
    {"spark_jar_task", "main_class_name"},
    {"sql_task", "warehouse_id"},
});

bool has(const json& settings, std::string_view field) {
  const json* value = find(settings, field);
  return value && !value->is_null();
}

Answer<void> check_run_if(const JsonObject& task, std::string_view key) {
  static const std::vector<std::string> rules{"ALL_SUCCESS", "AT_LEAST_ONE_SUCCESS", "NONE_FAILED",
                                              "ALL_DONE",    "AT_LEAST_ONE_FAILED",  "ALL_FAILED"};
  const json* given = task.if_contains("run_if");
  std::string rule = given && given->is_string() ? std::string(given->get_string()) : rules.front();
  if (contains(rules, rule)) return {};
  return invalid_parameter(
      fmt::format("Task '{}': run_if '{}' is no condition; {}", key, rule, suggest(rule, rules)));
}

Answer<void> check_required(const JsonObject& task, std::string_view key) {
  for (const auto& [type, field] : required_fields) {
    const json* settings = task.if_contains(type);
    if (settings && string_or(*settings, field, "").empty())
      return invalid_parameter(fmt::format("Task '{}': missing required field: {}.{}.", key, type, field));
  }
  return {};
}

Answer<void> check_wheel(const JsonObject& task, std::string_view key) {
  const json* wheel = task.if_contains("python_wheel_task");
  if (!wheel || !has(*wheel, "parameters") || !has(*wheel, "named_parameters")) return {};
  return invalid_parameter(
      fmt::format("Task '{}': give either python_wheel_task.parameters or named_parameters, not both.", key));
}

Answer<void> check_sql(const JsonObject& task, std::string_view key) {
  const json* sql = task.if_contains("sql_task");
  if (!sql) return {};
  std::vector<std::string_view> given;
  for (std::string_view kind : {"query", "file", "alert", "dashboard"})
    if (has(*sql, kind)) given.push_back(kind);
  if (given.size() != 1)
    return invalid_parameter(fmt::format(
        "Task '{}': sql_task needs one of query, file, alert and dashboard, and has {}.", key, given.size()));
  std::string_view field = given[0] == "file" ? "path" : "query_id";
  bool lacks =
      (given[0] == "file" || given[0] == "query") && string_or(*find(*sql, given[0]), field, "").empty();
  if (!lacks) return {};
  return invalid_parameter(
      fmt::format("Task '{}': missing required field: sql_task.{}.{}.", key, given[0], field));
}

Answer<void> check_submit(const JsonObject& task, std::string_view key) {
  if (!task.contains("spark_submit_task")) return {};
  const json* libraries = task.if_contains("libraries");
  if (libraries && libraries->is_array() && !libraries->get_array().empty())
    return invalid_parameter(
        fmt::format("Task '{}': a spark_submit_task names its libraries in its parameters (--jars, "
                    "--py-files, --packages).",
                    key));
  for (std::string_view field : {"existing_cluster_id", "job_cluster_key"})
    if (task.contains(field))
      return invalid_parameter(
          fmt::format("Task '{}': a spark_submit_task runs on a new_cluster only, not on {}.", key, field));
  return {};
}

Answer<void> check_libraries(const JsonObject& task, std::string_view key) {
  const json* libraries = task.if_contains("libraries");
  if (!libraries || libraries->is_null()) return {};
  if (!libraries->is_array())
    return invalid_parameter(fmt::format("Task '{}': libraries must be an array.", key));
  if (auto read = read_libraries(libraries->get_array()); !read)
    return invalid_parameter(fmt::format("Task '{}': {}", key, read.error().message));
  return {};
}

}  // namespace

Answer<void> check_task_fields(const JsonObject& task, std::string_view key) {
  for (auto check : {check_run_if, check_required, check_wheel, check_sql, check_submit, check_libraries})
    if (auto checked = check(task, key); !checked) return checked;
  return {};
}

}  // namespace weir::workspace
