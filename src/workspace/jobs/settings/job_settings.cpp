#include "workspace/jobs/settings/job_settings.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/nearest.h"
#include "databricks/wire/limits.h"
#include "databricks/wire/task_type.h"
#include "workspace/jobs/settings/control_task.h"
#include "workspace/jobs/settings/field_types.h"
#include "workspace/jobs/settings/job_clusters.h"
#include "workspace/jobs/settings/notices.h"
#include "workspace/jobs/settings/reference_names.h"
#include "workspace/jobs/settings/task_fields.h"
#include "workspace/jobs/settings/timetable.h"
#include "workspace/rest/fields.h"
#include "workspace/rest/known_fields.h"
#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

constexpr std::string_view unnamed_task_key = "main";

/// What belongs to the one task when a body has no list of tasks. timeout_seconds stays with the job.
constexpr auto task_fields = std::to_array<std::string_view>({
    "new_cluster",
    "existing_cluster_id",
    "environment_key",
    "libraries",
    "max_retries",
    "min_retry_interval_millis",
    "retry_on_timeout",
});

void default_to(JsonObject& object, std::string_view key, json value) {
  if (const json* present = object.if_contains(key); !present || present->is_null())
    object[key] = std::move(value);
}

void move_member(JsonObject& from, JsonObject& to, std::string_view key) {
  if (json* value = from.if_contains(key)) {
    to[key] = std::move(*value);
    from.erase(key);
  }
}

bool is_of_task_key(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// A one-time run's only task is called like the run: by that name Airflow's operators look for it.
std::string single_task_key(const JsonObject& settings) {
  std::string key = string_or(json(settings), "run_name", "");
  if (key.empty()) return std::string(unnamed_task_key);
  key.resize(std::min(key.size(), databricks::task_key_length_max));
  std::ranges::replace_if(key, std::not_fn(is_of_task_key), '_');
  return key;
}

/// The 2.0 form: the task's fields stand beside the job's.
Answer<void> gather_single_task(JsonObject& settings) {
  std::string_view type = type_of_task(settings);
  if (type.empty()) return {};
  if (settings.contains("tasks"))
    return invalid_parameter(fmt::format("Give either 'tasks' or '{}', not both.", type));
  JsonObject task{{"task_key", single_task_key(settings)}};
  for (std::string_view field : databricks::task_types()) move_member(settings, task, field);
  for (std::string_view field : task_fields) move_member(settings, task, field);
  settings["tasks"] = JsonArray{std::move(task)};
  return {};
}

Answer<void> check_type(const JsonObject& task, std::string_view key) {
  std::vector<std::string> found;
  for (const auto& type : databricks::task_types())
    if (task.contains(type)) found.push_back(type);
  if (found.size() == 1) {
    if (task.at(found[0]).is_object()) return {};
    return invalid_parameter(fmt::format("Task '{}': {} must be an object.", key, found[0]));
  }
  if (found.size() > 1)
    return invalid_parameter(
        fmt::format("Task '{}' has both {} and {}: a task has one type.", key, found[0], found[1]));
  for (const auto& [name, value] : task) {
    auto near = name.ends_with("_task") ? nearest(name, databricks::task_types()) : std::nullopt;
    if (near)
      return invalid_parameter(fmt::format("Task '{}' has the unknown field '{}'; did you mean '{}'?", key,
                                           std::string_view(name), *near));
  }
  return invalid_parameter(
      fmt::format("Task '{}' says not what to run: add a notebook_task, a spark_python_task, …", key));
}

}  // namespace

bool is_task_key(std::string_view key) {
  return !key.empty() && key.size() <= databricks::task_key_length_max &&
         std::ranges::all_of(key, is_of_task_key);
}

namespace {

void add_task_defaults(JsonObject& task, bool from_git) {
  default_to(task, "run_if", "ALL_SUCCESS");
  default_to(task, "timeout_seconds", 0);
  default_to(task, "email_notifications", JsonObject{});
  const json source(from_git ? "GIT" : "WORKSPACE");
  for (std::string_view type : {"notebook_task", "spark_python_task"})
    if (json* settings = task.if_contains(type)) default_to(settings->get_object(), "source", source);
  json* sql = task.if_contains("sql_task");
  json* file = sql ? sql->get_object().if_contains("file") : nullptr;
  if (file && file->is_object()) default_to(file->get_object(), "source", source);
}

/// Its own settings first, then those of the task that it may repeat.
Answer<void> check_task(JsonObject& task, bool from_git) {
  std::string key = string_or(task, "task_key", "");
  if (!is_task_key(key))
    return invalid_parameter(
        fmt::format("The task key '{}' is not usable: it needs 1 to {} letters, digits, '_' or '-'.", key,
                    databricks::task_key_length_max));
  if (auto checked = check_type(task, key); !checked) return checked;
  if (auto checked = check_task_types(task, key); !checked) return checked;
  if (auto checked = check_task_fields(task, key); !checked) return checked;
  if (auto checked = check_control(task, key); !checked) return checked;
  add_task_defaults(task, from_git);
  JsonObject* repeated = repeated_task(task);
  return repeated ? check_task(*repeated, from_git) : Answer<void>();
}

std::vector<std::string> upstreams_of(const JsonObject& task) {
  std::vector<std::string> keys;
  if (const json* edges = task.if_contains("depends_on"); edges && edges->is_array())
    for (const json& edge : edges->get_array()) keys.push_back(string_or(edge, "task_key", ""));
  return keys;
}

/// Every dependency exists, and removing tasks without open dependencies removes them all.
Answer<void> check_graph(const JsonArray& tasks) {
  std::map<std::string, std::set<std::string>> waiting;
  for (const json& task : tasks) waiting[string_or(task, "task_key", "")];
  for (const json& task : tasks) {
    std::string key = string_or(task, "task_key", "");
    for (const auto& upstream : upstreams_of(task.get_object())) {
      if (!waiting.contains(upstream))
        return invalid_parameter(
            fmt::format("Task '{}' depends on '{}', which is no task of this job.", key, upstream));
      waiting[key].insert(upstream);
    }
  }
  while (!waiting.empty()) {
    auto free = std::ranges::find_if(waiting, [](const auto& entry) { return entry.second.empty(); });
    if (free == waiting.end())
      return invalid_parameter(
          fmt::format("Task '{}' depends on itself through others.", waiting.begin()->first));
    std::string key = free->first;
    waiting.erase(free);
    for (auto& [other, upstreams] : waiting) upstreams.erase(key);
  }
  return {};
}

Answer<void> check_tasks(JsonObject& settings) {
  json* tasks = settings.if_contains("tasks");
  if (!tasks) return {};
  if (!tasks->is_array()) return invalid_parameter("Field 'tasks' must be an array.");
  if (tasks->get_array().size() > databricks::tasks_per_page_max)
    return invalid_parameter(
        fmt::format("The embedded workspace takes at most {} tasks a job.", databricks::tasks_per_page_max));
  std::set<std::string> keys;
  for (json& task : tasks->get_array()) {
    if (!task.is_object()) return invalid_parameter("Each of 'tasks' must be an object.");
    if (auto checked = check_task(task.get_object(), settings.contains("git_source")); !checked)
      return checked;
    std::string key = string_or(task, "task_key", "");
    if (!keys.insert(key).second) return invalid_parameter(fmt::format("Two tasks have the key '{}'.", key));
  }
  if (auto checked = check_outcomes(tasks->get_array()); !checked) return checked;
  return check_graph(tasks->get_array());
}

}  // namespace

Answer<JsonObject> coerce_changes(JsonObject given) {
  json changes(std::move(given));
  if (auto coerced = coerce_known_fields(changes); !coerced) return std::unexpected(coerced.error());
  JsonObject& object = changes.get_object();
  if (auto gathered = gather_single_task(object); !gathered) return std::unexpected(gathered.error());
  return std::move(object);
}

Answer<JsonObject> normalize_settings(JsonObject given, std::string_view version) {
  bool single = !type_of_task(given).empty();
  auto settings = coerce_changes(std::move(given));
  if (!settings) return settings;
  JsonObject& object = *settings;
  if (auto checked = check_job_types(object); !checked) return std::unexpected(checked.error());
  if (auto checked = check_tasks(object); !checked) return std::unexpected(checked.error());
  if (auto checked = check_references(object); !checked) return std::unexpected(checked.error());
  if (auto checked = check_timetable(object); !checked) return std::unexpected(checked.error());
  if (auto named = named_destinations(object); !named) return std::unexpected(named.error());
  if (auto checked = check_job_clusters(object); !checked) return std::unexpected(checked.error());
  object["format"] = single && version == "2.0" ? "SINGLE_TASK" : "MULTI_TASK";
  default_to(object, "email_notifications", JsonObject{});
  default_to(object, "webhook_notifications", JsonObject{});
  default_to(object, "timeout_seconds", 0);
  return settings;
}

JsonObject settings_for_2_0(JsonObject settings) {
  if (tasks_of(settings).size() != 1 || string_or(settings, "format", "") != "SINGLE_TASK") return settings;
  JsonObject task = tasks_of(settings)[0].get_object();
  settings.erase("tasks");
  for (std::string_view field : databricks::task_types()) move_member(task, settings, field);
  for (std::string_view field : task_fields) move_member(task, settings, field);
  return settings;
}

std::string_view type_of_task(const JsonObject& task) {
  for (const auto& type : databricks::task_types())
    if (task.contains(type)) return type;
  return "";
}

const JsonArray& tasks_of(const JsonObject& settings) {
  static const JsonArray none;
  const json* tasks = settings.if_contains("tasks");
  return tasks && tasks->is_array() ? tasks->get_array() : none;
}

}  // namespace weir::workspace
