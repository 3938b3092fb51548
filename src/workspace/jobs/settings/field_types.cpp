#include "workspace/jobs/settings/field_types.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include <fmt/format.h>

#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

enum class Type : std::uint8_t { object, array, text, boolean };

struct Typed {
  std::string_view path;  ///< "queue.enabled"; what is before the dot has a line of its own
  Type type;
};

constexpr auto job_types = std::to_array<Typed>({
    {"queue", Type::object},
    {"queue.enabled", Type::boolean},
    {"parameters", Type::array},
    {"trigger", Type::object},
    {"trigger.periodic", Type::object},
});

constexpr auto task_types = std::to_array<Typed>({
    {"depends_on", Type::array},
    {"run_if", Type::text},
    {"retry_on_timeout", Type::boolean},
    {"new_cluster", Type::object},
    {"existing_cluster_id", Type::text},
    {"job_cluster_key", Type::text},
    {"notebook_task.base_parameters", Type::object},
    {"spark_python_task.parameters", Type::array},
    {"python_wheel_task.parameters", Type::array},
    {"python_wheel_task.named_parameters", Type::object},
    {"spark_jar_task.parameters", Type::array},
    {"spark_submit_task.parameters", Type::array},
    {"sql_task.parameters", Type::object},
});

/// Jobs and tasks say alike who is to be told of what.
constexpr auto notice_types = std::to_array<Typed>({
    {"webhook_notifications", Type::object},
    {"notification_settings", Type::object},
    {"notification_settings.no_alert_for_skipped_runs", Type::boolean},
    {"notification_settings.no_alert_for_canceled_runs", Type::boolean},
    {"notification_settings.alert_on_last_attempt", Type::boolean},
    {"health", Type::object},
    {"health.rules", Type::array},
});

std::string_view name_of(Type type) {
  switch (type) {
    case Type::object:
      return "an object";
    case Type::array:
      return "an array";
    case Type::text:
      return "text";
    case Type::boolean:
      break;
  }
  return "a boolean";
}

/// Null when it is not there.
json* find_path(JsonObject& object, std::string_view path) {
  std::size_t dot = path.find('.');
  json* value = object.if_contains(path.substr(0, dot));
  if (dot == path.npos || !value) return value;
  JsonObject* inner = value->if_object();
  return inner ? find_path(*inner, path.substr(dot + 1)) : nullptr;
}

void read_boolean(json& value) {
  bool is_true = value == "true" || value == "True";
  if (is_true || value == "false" || value == "False") value = is_true;
}

bool has_type(const json& value, Type type) {
  switch (type) {
    case Type::object:
      return value.is_object();
    case Type::array:
      return value.is_array();
    case Type::text:
      return value.is_string();
    case Type::boolean:
      break;
  }
  return value.is_bool();
}

/// `where` is what the message begins with.
Answer<void> check_types(JsonObject& object, std::span<const Typed> types, std::string_view where) {
  for (const auto& [path, type] : types) {
    json* value = find_path(object, path);
    if (!value || value->is_null()) continue;
    if (type == Type::boolean) read_boolean(*value);
    if (!has_type(*value, type))
      return invalid_parameter(
          fmt::format("{}{} must be {}, not {}.", where, path, name_of(type), type_name(*value)));
  }
  return {};
}

/// Each entry of a list is an object that says `member`.
Answer<void> check_entries(const JsonObject& object, std::string_view list, std::string_view member,
                           std::string_view where) {
  const json* entries = object.if_contains(list);
  if (!entries || !entries->is_array()) return {};
  for (std::size_t i = 0; i < entries->get_array().size(); ++i)
    if (string_or(entries->get_array()[i], member, "").empty())
      return invalid_parameter(fmt::format("{}{}[{}] must be an object with '{}'.", where, list, i, member));
  return {};
}

}  // namespace

Answer<void> check_job_types(JsonObject& settings) {
  for (std::span<const Typed> types :
       {std::span<const Typed>(job_types), std::span<const Typed>(notice_types)})
    if (auto checked = check_types(settings, types, ""); !checked) return checked;
  return check_entries(settings, "parameters", "name", "");
}

Answer<void> check_task_types(JsonObject& task, std::string_view key) {
  std::string where = fmt::format("Task '{}': ", key);
  for (std::span<const Typed> types :
       {std::span<const Typed>(task_types), std::span<const Typed>(notice_types)})
    if (auto checked = check_types(task, types, where); !checked) return checked;
  return check_entries(task, "depends_on", "task_key", where);
}

}  // namespace weir::workspace
