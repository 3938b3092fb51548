#include "workspace/jobs/plan/references.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "workspace/jobs/settings/control_task.h"
#include "workspace/jobs/settings/job_settings.h"
#include "workspace/jobs/settings/reference_names.h"
#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

using namespace std::chrono;

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(), lower);
  return lowered;
}

/// "job.start_time.iso_date" and its sisters, in UTC.
void add_time(References& references, const std::string& name, std::int64_t ms) {
  sys_time<milliseconds> at{milliseconds(ms)};
  auto day = floor<days>(at);
  year_month_day date{day};
  hh_mm_ss time{floor<seconds>(at - day)};
  unsigned weekday_number = weekday{day}.iso_encoding();
  std::string iso_date =
      fmt::format("{:04}-{:02}-{:02}", int{date.year()}, unsigned{date.month()}, unsigned{date.day()});
  auto add = [&](std::string_view part, std::string value) {
    references[fmt::format("{}.{}", name, part)] = std::move(value);
  };
  add("iso_date", iso_date);
  add("iso_datetime", fmt::format("{}T{:02}:{:02}:{:02}", iso_date, time.hours().count(),
                                  time.minutes().count(), time.seconds().count()));
  add("year", fmt::format("{:04}", int{date.year()}));
  add("month", fmt::format("{:02}", unsigned{date.month()}));
  add("day", fmt::format("{:02}", unsigned{date.day()}));
  add("hour", fmt::format("{:02}", time.hours().count()));
  add("minute", fmt::format("{:02}", time.minutes().count()));
  add("second", fmt::format("{:02}", time.seconds().count()));
  add("iso_weekday", std::to_string(weekday_number));
  add("is_weekday", weekday_number <= 5 ? "true" : "false");
  add("timestamp_ms", std::to_string(ms));
}

/// Parameters may refer to the job, once: what comes out is a value.
void add_parameters(References& references, const Run& run) {
  const json* shown = find(run.spec, "shown");
  const json* parameters = shown ? find(*shown, "job_parameters") : nullptr;
  if (!parameters || !parameters->is_array()) return;
  References values;
  for (const json& one : parameters->get_array())
    values["job.parameters." + string_or(one, "name", "")] =
        resolve_text(string_or(one, "value", ""), references);
  references.merge(values);
}

void add_job(References& references, const Run& run) {
  references["job.id"] = references["job_id"] = std::to_string(run.job_id);
  references["job.name"] = run.name;
  references["job.run_id"] = references["parent_run_id"] = std::to_string(run.run_id);
  references["job.repair_count"] = std::to_string(int_or(run.spec, "repairs", 0));
  references["job.trigger.type"] = lower_case(run.trigger);
  add_time(references, "job.start_time", run.created_ms);
  add_time(references, "job.trigger.time", run.created_ms - run.created_ms % 60'000);
  references["start_date"] = references["job.start_time.iso_date"];
  references["start_time"] = references["job.start_time.timestamp_ms"];
  add_parameters(references, run);
}

void add_notebook(References& references, const std::string& name, const Run& task) {
  if (const json* notebook = find(task.spec, "notebook_task"))
    references[name] = string_or(*notebook, "notebook_path", "");
}

void add_own(References& references, const Run& task) {
  references["task.name"] = references["task_key"] = task.task_key;
  references["task.run_id"] = references["run_id"] = std::to_string(task.run_id);
  references["task.execution_count"] = std::to_string(task.attempt + 1);
  references["task_retry_count"] = std::to_string(task.attempt);
  add_notebook(references, "task.notebook_path", task);
}

/// Text as it is, the rest as JSON.
std::string text_of(const json& value) {
  return value.is_string() ? std::string(value.get_string()) : to_text(value);
}

/// Of an iteration: the element of the inputs that it is about.
void add_input(References& references, const Run& task) {
  if (task.input.empty()) return;
  json input = parse_json(task.input).value_or(nullptr);
  references["input"] = text_of(input);
  if (const auto* object = input.if_object())
    for (const auto& [key, value] : *object) references["input." + std::string(key)] = text_of(value);
}

/// "RUN_EXECUTION_ERROR" as references have it: RunExecutionError.
std::string camel_case(std::string_view code) {
  std::string camel;
  bool starts_word = true;
  for (char c : code) {
    if (c != '_') camel += starts_word ? c : lower(c);
    starts_word = c == '_';
  }
  return camel;
}

void add_sibling(References& references, const Run& task, const ValuesOf& values_of) {
  std::string name = "tasks." + task.task_key;
  references[name + ".run_id"] = std::to_string(task.run_id);
  references[name + ".execution_count"] = std::to_string(task.attempt + 1);
  add_notebook(references, name + ".notebook_path", task);
  if (task.has_ended()) {
    references[name + ".result_state"] = lower_case(databricks::name_of(task.result));
    references[name + ".error_code"] =
        task.result == ResultState::success ? "" : camel_case(task.termination);
  }
  json values = values_of(task.run_id);
  if (const auto* object = values.if_object())
    for (const auto& [key, value] : *object)
      references[name + ".values." + std::string(key)] = text_of(value);
}

using Resolved = std::expected<void, std::string>;

Resolved resolve_in(json& value, const References& references) {
  if (value.is_string()) {
    std::string_view text = value.get_string();
    for (Reference one = find_reference(text, 0); one.length > 0;
         one = find_reference(text, one.at + one.length))
      if (one.parts.size() > 2 && one.parts[0] == "tasks" && one.parts[2] == "values" &&
          !references.contains(one.name()))
        return std::unexpected(one.name());
    value = resolve_text(text, references);
  } else if (auto* object = value.if_object()) {
    for (auto& [key, member] : *object)
      if (auto done = resolve_in(member, references); !done) return done;
  } else if (auto* array = value.if_array()) {
    for (auto& member : *array)
      if (auto done = resolve_in(member, references); !done) return done;
  }
  return {};
}

}  // namespace

References references_of(const DriverSetting& setting, const Run& run, const std::vector<Run>& tasks,
                         const Run& task, const ValuesOf& values_of) {
  References references{{"workspace.id", setting.org_id}, {"workspace.url", setting.host}};
  add_job(references, run);
  add_own(references, task);
  add_input(references, task);
  for (const Run& one : tasks) add_sibling(references, one, values_of);
  return references;
}

std::expected<json, std::string> resolve_task(json task, const References& references) {
  auto type = type_of_task(task.get_object());
  if (type.empty()) return task;
  json& settings = task.get_object().at(type);
  bool repeats = control_of(task) == Control::for_each;
  auto done = resolve_in(repeats ? settings.get_object()["inputs"] : settings, references);
  if (done) return task;
  return std::unexpected(
      fmt::format("Failed to resolve references: Task value referenced by '{}' in task '{}' was not found.",
                  done.error(), string_or(task, "task_key", "")));
}

std::string resolve_text(std::string_view text, const References& references) {
  std::string resolved;
  std::size_t from = 0;
  for (Reference one = find_reference(text, 0); one.length > 0; one = find_reference(text, from)) {
    auto known = references.find(one.name());
    resolved += text.substr(from, one.at - from);
    resolved += known == references.end() ? text.substr(one.at, one.length) : std::string_view(known->second);
    from = one.at + one.length;
  }
  return resolved.append(text.substr(from));
}

}  // namespace weir::workspace
