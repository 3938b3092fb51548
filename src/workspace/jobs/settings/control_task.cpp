#include "workspace/jobs/settings/control_task.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/nearest.h"
#include "databricks/wire/limits.h"
#include "workspace/jobs/settings/condition.h"
#include "workspace/rest/fields.h"
#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

std::unexpected<ApiError> refuse_task(std::string_view key, std::string_view what) {
  return invalid_parameter(fmt::format("Task '{}': {}", key, what));
}

/// `field` as text; numbers and booleans are written as such.
Answer<void> need_text(JsonObject& settings, std::string_view key, std::string_view type,
                       std::string_view field) {
  const json* value = settings.if_contains(field);
  if (!value || value->is_null())
    return refuse_task(key, fmt::format("missing required field: {}.{}.", type, field));
  auto text = coerce_text(*value);
  if (!text)
    return refuse_task(key, fmt::format("{}.{} must be text, not {}.", type, field, type_name(*value)));
  settings[field] = *text;
  return {};
}

Answer<void> need_integer(JsonObject& settings, std::string_view key, std::string_view type,
                          std::string_view field) {
  const json* value = settings.if_contains(field);
  if (!value || value->is_null())
    return refuse_task(key, fmt::format("missing required field: {}.{}.", type, field));
  auto number = coerce_integer(*value);
  if (!number)
    return refuse_task(key, fmt::format("{}.{} must be an integer, not {}.", type, field, type_name(*value)));
  settings[field] = *number;
  return {};
}

Answer<void> check_condition(JsonObject& settings, std::string_view key) {
  for (std::string_view field : {"op", "left", "right"})
    if (auto checked = need_text(settings, key, "condition_task", field); !checked) return checked;
  std::string op(settings.at("op").get_string());
  if (contains(comparison_names(), op)) return {};
  return refuse_task(
      key, fmt::format("condition_task.op '{}' is no comparison; {}", op, suggest(op, comparison_names())));
}

Answer<void> check_for_each(JsonObject& settings, std::string_view key) {
  if (json* inputs = settings.if_contains("inputs"); inputs && inputs->is_array()) *inputs = to_text(*inputs);
  if (auto checked = need_text(settings, key, "for_each_task", "inputs"); !checked) return checked;
  const json* task = settings.if_contains("task");
  if (!task || !task->is_object()) return refuse_task(key, "missing required field: for_each_task.task.");
  if (control_of(*task) == Control::for_each)
    return refuse_task(key, "a for_each_task cannot repeat another for_each_task.");
  if (const json* edges = find(*task, "depends_on");
      edges && edges->is_array() && !edges->get_array().empty())
    return refuse_task(key,
                       "the task that a for_each_task repeats depends on nothing: put depends_on beside it.");
  const json* given = settings.if_contains("concurrency");
  if (!given || given->is_null()) return {};
  if (auto checked = need_integer(settings, key, "for_each_task", "concurrency"); !checked) return checked;
  auto concurrency = settings.at("concurrency").to_number<std::int64_t>();
  if (concurrency >= 1 && concurrency <= databricks::for_each_concurrency_max) return {};
  return refuse_task(key, fmt::format("for_each_task.concurrency must be from 1 to {}, not {}.",
                                      databricks::for_each_concurrency_max, concurrency));
}

std::string_view type_of(Control control) {
  switch (control) {
    case Control::condition:
      return "condition_task";
    case Control::run_job:
      return "run_job_task";
    case Control::for_each:
      return "for_each_task";
    case Control::none:
      break;
  }
  return "";
}

}  // namespace

Control control_of(const JsonObject& task) {
  for (Control control : {Control::condition, Control::run_job, Control::for_each})
    if (task.contains(type_of(control))) return control;
  return Control::none;
}

Control control_of(const json& task) {
  return task.is_object() ? control_of(task.get_object()) : Control::none;
}

Answer<void> check_control(JsonObject& task, std::string_view key) {
  Control control = control_of(task);
  if (control == Control::none) return {};
  JsonObject& settings = task.at(type_of(control)).get_object();
  if (control == Control::condition) return check_condition(settings, key);
  if (control == Control::for_each) return check_for_each(settings, key);
  return need_integer(settings, key, "run_job_task", "job_id");
}

JsonObject* repeated_task(JsonObject& task) {
  json* settings = task.if_contains("for_each_task");
  json* repeated = settings ? find(*settings, "task") : nullptr;
  return repeated ? repeated->if_object() : nullptr;
}

Answer<void> check_outcomes(const JsonArray& tasks) {
  auto is_condition = [&](const std::string& key) {
    return std::ranges::any_of(tasks, [&](const json& task) {
      return string_or(task, "task_key", "") == key && control_of(task) == Control::condition;
    });
  };
  for (const json& task : tasks) {
    const json* edges = find(task, "depends_on");
    if (!edges || !edges->is_array()) continue;
    for (const json& edge : edges->get_array()) {
      const json* outcome = find(edge, "outcome");
      if (!outcome || outcome->is_null()) continue;
      std::string key = string_or(task, "task_key", "");
      std::string upstream = string_or(edge, "task_key", "");
      if (*outcome != "true" && *outcome != "false")
        return refuse_task(key,
                           fmt::format("depends_on '{}': outcome must be \"true\" or \"false\".", upstream));
      if (!is_condition(upstream))
        return refuse_task(key,
                           fmt::format("depends_on '{}': only a condition_task has an outcome.", upstream));
    }
  }
  return {};
}

}  // namespace weir::workspace
