#include "workspace/jobs/references.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "workspace/jobs/job_settings.h"
#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

using namespace std::chrono;

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

void add_job(References& references, const Run& run) {
  references["job.id"] = references["job_id"] = std::to_string(run.job_id);
  references["job.name"] = run.name;
  references["job.run_id"] = references["parent_run_id"] = std::to_string(run.run_id);
  references["job.repair_count"] = "0";
  references["job.trigger.type"] = "one_time";
  add_time(references, "job.start_time", run.created_ms);
  references["start_date"] = references["job.start_time.iso_date"];
  references["start_time"] = references["job.start_time.timestamp_ms"];
  const json* shown = find(run.spec, "shown");
  const json* parameters = shown ? find(*shown, "job_parameters") : nullptr;
  if (parameters && parameters->is_array())
    for (const json& one : parameters->get_array())
      references["job.parameters." + string_or(one, "name", "")] = string_or(one, "value", "");
}

void add_own(References& references, const Run& task) {
  references["task.name"] = references["task_key"] = task.task_key;
  references["task.run_id"] = references["run_id"] = std::to_string(task.run_id);
  references["task.execution_count"] = std::to_string(task.attempt + 1);
  references["task_retry_count"] = std::to_string(task.attempt);
}

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(), lower);
  return lowered;
}

void add_sibling(References& references, const Run& task) {
  std::string name = "tasks." + task.task_key;
  references[name + ".run_id"] = std::to_string(task.run_id);
  references[name + ".execution_count"] = std::to_string(task.attempt + 1);
  if (task.has_ended()) references[name + ".result_state"] = lower_case(databricks::name_of(task.result));
}

void resolve_in(json& value, const References& references) {
  if (value.is_string()) {
    value = resolve_references(std::string_view(value.get_string()), references);
  } else if (auto* object = value.if_object()) {
    for (auto& [key, member] : *object) resolve_in(member, references);
  } else if (auto* array = value.if_array()) {
    for (auto& member : *array) resolve_in(member, references);
  }
}

}  // namespace

References references_of(const DriverSetting& setting, const Run& run, const std::vector<Run>& tasks,
                         const Run& task) {
  References references{{"workspace.id", setting.org_id}, {"workspace.url", setting.host}};
  add_job(references, run);
  add_own(references, task);
  for (const Run& one : tasks) add_sibling(references, one);
  return references;
}

json resolve_references(json task, const References& references) {
  if (auto* object = task.if_object())
    if (auto type = type_of_task(*object); !type.empty()) resolve_in(object->at(type), references);
  return task;
}

std::string resolve_references(std::string_view text, const References& references) {
  std::string resolved;
  while (true) {
    std::size_t open = text.find("{{");
    std::size_t close = open == text.npos ? text.npos : text.find("}}", open);
    if (close == text.npos) return resolved.append(text);
    std::string name(trimmed(text.substr(open + 2, close - open - 2)));
    std::erase(name, '`');
    auto known = references.find(name);
    resolved += text.substr(0, open);
    resolved +=
        known == references.end() ? text.substr(open, close + 2 - open) : std::string_view(known->second);
    text.remove_prefix(close + 2);
  }
}

}  // namespace weir::workspace
