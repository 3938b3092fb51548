#include "workspace/jobs/plan/run_parameters.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "databricks/wire/limits.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

/// A field of run-now, and the place in a task that it fills.
struct Override {
  std::string_view field;
  std::string_view task_type;
  std::string_view member;
};

constexpr auto overrides = std::to_array<Override>({
    {"notebook_params", "notebook_task", "base_parameters"},
    {"python_params", "spark_python_task", "parameters"},
    {"python_params", "python_wheel_task", "parameters"},
    {"python_named_params", "python_wheel_task", "named_parameters"},
    {"jar_params", "spark_jar_task", "parameters"},
    {"spark_submit_params", "spark_submit_task", "parameters"},
    {"sql_params", "sql_task", "parameters"},
    {"dbt_commands", "dbt_task", "commands"},
});

/// Where parameters have names, and the job's own are pushed to. Packages are called with names or without.
constexpr auto named_members = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"notebook_task", "base_parameters"},
    {"sql_task", "parameters"},
    {"python_wheel_task", "named_parameters"},
});

bool is_map(std::string_view field) {
  return field == "notebook_params" || field == "python_named_params" || field == "sql_params";
}

Answer<json> as_texts(const json& value, std::string_view field) {
  json texts = value;
  auto convert = [&](json& member) {
    auto text = coerce_text(member);
    if (text) member = *text;
    return text.has_value();
  };
  bool fits = is_map(field) ? texts.is_object() : texts.is_array();
  if (fits && texts.is_object())
    for (auto& [key, member] : texts.get_object()) fits = fits && convert(member);
  if (fits && texts.is_array())
    for (auto& member : texts.get_array()) fits = fits && convert(member);
  if (fits) return texts;
  return invalid_parameter(
      fmt::format("Field '{}' must be {} of text.", field, is_map(field) ? "an object" : "an array"));
}

Answer<void> check_size(const json& value, std::string_view field) {
  std::string text = to_text(json(JsonObject{{field, value}}));
  if (text.size() > databricks::run_parameters_bytes_max)
    return invalid_parameter(fmt::format("The JSON of '{}' is {} bytes long; the limit is {}.", field,
                                         text.size(), databricks::run_parameters_bytes_max));
  bool ascii_only = field == "python_params" || field == "spark_submit_params";
  auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (ascii_only && !std::ranges::all_of(text, is_ascii))
    return invalid_parameter(fmt::format("'{}' may hold ASCII characters only.", field));
  return {};
}

std::string value_of(const json& parameter) {
  const json* value = find(parameter, "default");
  return value ? coerce_text(*value).value_or("") : "";
}

const JsonArray& job_parameters_of(const JsonObject& settings) {
  static const JsonArray none;
  const json* defined = settings.if_contains("parameters");
  return defined && defined->is_array() ? defined->get_array() : none;
}

bool is_empty(const json& texts) {
  return texts.is_array() ? texts.get_array().empty() : texts.get_object().empty();
}

Answer<void> read_job_parameters(const JsonObject& fields, const JsonObject& settings,
                                 RunParameters& parameters) {
  Fields in(fields);
  const JsonObject* given = in.optional_object("job_parameters");
  if (in.refusal()) return std::unexpected(*in.refusal());
  for (const json& defined : job_parameters_of(settings))
    parameters.job.emplace_back(string_or(defined, "name", ""), value_of(defined));
  if (!given) return {};
  for (const auto& [name, value] : *given) {
    auto text = coerce_text(value);
    if (!text)
      return invalid_parameter(fmt::format("The job parameter '{}' must be text.", std::string_view(name)));
    auto known =
        std::ranges::find(parameters.job, std::string(name), &std::pair<std::string, std::string>::first);
    if (known == parameters.job.end())
      parameters.job.emplace_back(name, *text);
    else
      known->second = *text;
  }
  return {};
}

}  // namespace

/// Airflow's workflows send every kind of parameters, most of them empty: what is empty says as much as what is absent.
Answer<RunParameters> read_parameters(const JsonObject& fields, const JsonObject& settings) {
  RunParameters parameters;
  for (const Override& one : overrides) {
    const json* value = fields.if_contains(one.field);
    if (!value || value->is_null()) continue;
    auto texts = as_texts(*value, one.field);
    if (!texts) return std::unexpected(texts.error());
    if (auto checked = check_size(*texts, one.field); !checked) return std::unexpected(checked.error());
    if (!is_empty(*texts)) parameters.overrides[one.field] = std::move(*texts);
  }
  if (parameters.overrides.contains("notebook_params") && parameters.overrides.contains("jar_params"))
    return invalid_parameter("'jar_params' and 'notebook_params' cannot be given together.");
  if (auto read = read_job_parameters(fields, settings, parameters); !read)
    return std::unexpected(read.error());
  return parameters;
}

JsonObject with_parameters(JsonObject task, const RunParameters& parameters) {
  for (const Override& one : overrides) {
    json* settings = task.if_contains(one.task_type);
    const json* given = parameters.overrides.if_contains(one.field);
    if (!settings || !settings->is_object() || !given) continue;
    json& member = settings->get_object()[one.member];
    if (given->is_object() && member.is_object())
      for (const auto& [key, value] : given->get_object()) member.get_object()[key] = value;
    else
      member = *given;
  }
  if (parameters.job.empty()) return task;
  for (const auto& [type, member] : named_members) {
    json* settings = task.if_contains(type);
    bool is_for_names = settings && settings->is_object() &&
                        (type != "python_wheel_task" || settings->get_object().contains(member));
    if (!is_for_names) continue;
    json& own = settings->get_object()[member];
    if (!own.is_object()) own = JsonObject{};
    for (const auto& [name, value] : parameters.job) own.get_object()[name] = value;
  }
  return task;
}

JsonObject show_parameters(const RunParameters& parameters, const JsonObject& settings) {
  JsonObject shown;
  if (!parameters.overrides.empty()) shown["overriding_parameters"] = parameters.overrides;
  JsonArray job;
  for (const auto& [name, value] : parameters.job) {
    JsonObject one{{"name", name}, {"value", value}};
    for (const json& defined : job_parameters_of(settings))
      if (string_or(defined, "name", "") == name) one["default"] = value_of(defined);
    job.push_back(std::move(one));
  }
  if (!job.empty()) shown["job_parameters"] = std::move(job);
  return shown;
}

}  // namespace weir::workspace
