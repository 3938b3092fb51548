#include "databricks/operations/task_settings.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/nearest.h"
#include "databricks/wire/limits.h"
#include "databricks/wire/task_type.h"

namespace weir::databricks {
namespace {

/// Beside its type, what a task may say at the top level of the single-task form.
constexpr auto fields_of_task = std::to_array<std::string_view>({
    "new_cluster",
    "existing_cluster_id",
    "environment_key",
    "libraries",
    "max_retries",
    "min_retry_interval_millis",
    "retry_on_timeout",
    "description",
});

bool is_known_type(std::string_view key) {
  const auto& types = task_types();
  return std::ranges::find(types, key) != types.end();
}

bool belongs_to_task(std::string_view key) {
  return key.ends_with("_task") || std::ranges::find(fields_of_task, key) != fields_of_task.end();
}

/// What create_cluster gave stands for the cluster's id.
void take_cluster_id(JsonObject& task) {
  json* given = task.if_contains("existing_cluster_id");
  auto id = given ? find_string(*given, "cluster_id") : std::nullopt;
  if (id) *given = *id;
}

std::optional<core::Problem> check_cluster(const JsonObject& task, const std::string& where) {
  if (!task.contains("new_cluster") || !task.contains("existing_cluster_id")) return std::nullopt;
  return problem(where + "/existing_cluster_id", "new_cluster and existing_cluster_id exclude each other",
                 "keep one of them");
}

std::optional<core::Problem> make_parameters_text(JsonObject& task, const std::string& where) {
  for (auto& [name, settings] : task) {
    if (!name.ends_with("_task") || !settings.is_object()) continue;
    for (auto key : {"base_parameters", "parameters", "named_parameters", "job_parameters"}) {
      // A pipeline's parameters are whatever the pipeline makes of them.
      if (name == "pipeline_task") continue;
      if (auto bad = make_text(settings, key, fmt::format("{}/{}", where, std::string_view(name))))
        return bad;
    }
  }
  return std::nullopt;
}

std::expected<std::vector<std::string>, core::Problem> keys_of(const JsonArray& tasks,
                                                               const std::string& settings) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    auto where = fmt::format("{}/tasks/{}", settings, i);
    auto key = find_string(tasks[i], "task_key");
    if (!key || key->empty())
      return std::unexpected(problem(where, "the task has no task_key", "give it a name"));
    if (wire_task_key(*key) != *key) {
      return std::unexpected(problem(where + "/task_key", fmt::format("'{}' is no task key", *key),
                                     "use up to 100 letters, digits, - and _"));
    }
    if (std::ranges::find(keys, *key) != keys.end()) {
      return std::unexpected(problem(where + "/task_key", fmt::format("there are two tasks '{}'", *key)));
    }
    keys.push_back(*key);
  }
  return keys;
}

/// Their keys, when every task makes sense by itself.
std::expected<std::vector<std::string>, core::Problem> check_each(json& tasks, const std::string& settings) {
  auto* array = tasks.if_array();
  std::string place = settings + "/tasks";
  if (!array || array->empty()) return std::unexpected(problem(place, "tasks must list at least one task"));
  if (array->size() > tasks_per_job_max)
    return std::unexpected(problem(
        place, fmt::format("{} tasks are too many, a run has at most {}", array->size(), tasks_per_job_max)));
  auto keys = keys_of(*array, settings);
  if (!keys) return keys;
  for (std::size_t i = 0; i < array->size(); ++i)
    if (auto bad = check_task((*array)[i], fmt::format("{}/{}", place, i))) return std::unexpected(*bad);
  return keys;
}

std::optional<core::Problem> check_dependencies(const JsonArray& tasks,
                                                const std::vector<std::string>& keys) {
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const json* upstreams = find(tasks[i], "depends_on");
    if (!upstreams || !upstreams->is_array()) continue;
    for (std::size_t k = 0; k < upstreams->get_array().size(); ++k) {
      auto key = string_or(upstreams->get_array()[k], "task_key", "");
      if (std::ranges::find(keys, key) != keys.end()) continue;
      return problem(fmt::format("/tasks/{}/depends_on/{}/task_key", i, k),
                     fmt::format("there is no task '{}'", key), suggest(key, keys));
    }
  }
  return std::nullopt;
}

}  // namespace

std::string wire_task_key(std::string_view key) {
  std::string result(key.substr(0, task_key_length_max));
  for (char& c : result) {
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_' && c != '-') c = '_';
  }
  return result;
}

void move_into_task(JsonObject& body, std::string_view task_key) {
  JsonObject task{{"task_key", task_key}};
  JsonObject rest;
  for (auto& [key, value] : body) (belongs_to_task(key) ? task : rest)[key] = std::move(value);
  rest["tasks"] = JsonArray{std::move(task)};
  body = std::move(rest);
}

std::expected<std::vector<std::string>, core::Problem> task_types_of(const JsonObject& object,
                                                                     const std::string& where) {
  std::vector<std::string> types;
  for (const auto& [key, value] : object) {
    if (!key.ends_with("_task")) continue;
    auto near = is_known_type(key) ? std::nullopt : nearest(key, task_types());
    if (near) {
      return std::unexpected(problem(fmt::format("{}/{}", where, std::string_view(key)),
                                     fmt::format("there is no task type '{}'", std::string_view(key)),
                                     fmt::format("did you mean '{}'?", *near)));
    }
    types.emplace_back(key);
  }
  return types;
}

std::optional<core::Problem> check_task(json& task, const std::string& where) {
  auto* object = task.if_object();
  if (!object) return problem(where, fmt::format("a task is an object, not {}", type_name(task)));
  auto types = task_types_of(*object, where);
  if (!types) return types.error();
  if (types->empty()) {
    return problem(where, "the task says not what to run",
                   "add one of notebook_task, spark_python_task, "
                   "python_wheel_task, spark_jar_task, …");
  }
  if (types->size() > 1) {
    return problem(where + "/" + types->at(1),
                   fmt::format("{} and {} exclude each other", types->at(0), types->at(1)),
                   "make them two tasks");
  }
  take_cluster_id(*object);
  if (auto bad = check_cluster(*object, where)) return bad;
  return make_parameters_text(*object, where);
}

std::optional<core::Problem> check_tasks(json& tasks) {
  auto keys = check_each(tasks, "");
  return keys ? check_dependencies(tasks.get_array(), *keys) : keys.error();
}

std::optional<core::Problem> check_changed_tasks(json& tasks, const std::string& where) {
  auto keys = check_each(tasks, where);
  return keys ? std::nullopt : std::optional(keys.error());
}

}  // namespace weir::databricks
