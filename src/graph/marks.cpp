#include "graph/marks.h"

#include <fmt/format.h>

#include "base/duration.h"
#include "core/template.h"
#include "graph/text.h"

namespace weir::graph {
namespace {

constexpr std::size_t value_shown_max = 60;

/// A hole's path as people write it: tasks.split.result.
std::string path_text(const json& hole) {
  core::Path path;
  for (const auto& step : hole.at("$").as_array()) path.emplace_back(step.as_string());
  return core::to_text(path);
}

/// A compiled template, shortened: a look-up as its path, anything else as JSON.
std::string template_text(const json& compiled) {
  return shortened(core::is_hole(compiled) ? path_text(compiled) : to_text(compiled), value_shown_max);
}

std::string trigger_text(const core::TriggerRule& rule) {
  auto name = core::name_of(rule.trigger);
  return rule.trigger == core::Trigger::at_least ? fmt::format("{} {}", name, rule.count) : std::string(name);
}

std::string condition_text(const core::Condition& condition) {
  if (condition.is == core::Condition::Is::truthy) return template_text(condition.value);
  return fmt::format("{} {} {}", template_text(condition.value), core::name_of(condition.is),
                     template_text(condition.operand));
}

/// "spark, api 2": with the number of slots where it is not one.
std::string limits_text(const std::vector<core::LimitUse>& limits) {
  std::string text;
  for (const auto& [name, slots] : limits) {
    text +=
        fmt::format("{}{}{}", text.empty() ? "" : ", ", name, slots == 1 ? "" : fmt::format(" {}", slots));
  }
  return text;
}

}  // namespace

std::vector<Mark> marks_of(const core::TaskSpec& task) {
  std::vector<Mark> marks;
  auto add = [&](std::string name, std::string text = "") {
    marks.push_back({std::move(name), one_line(text)});
  };
  const auto& policy = task.policy;
  if (task.map) add("map", template_text(*task.map));
  if (policy.trigger != core::TriggerRule()) add("trigger", trigger_text(policy.trigger));
  if (policy.when) add("when", condition_text(*policy.when));
  if (policy.cleanup) add("cleanup");
  if (policy.may_fail) add("may_fail");
  if (policy.persist) add("persist");
  if (policy.retry.count > 0) add("retries", std::to_string(policy.retry.count));
  if (policy.timeout) add("timeout", to_text(*policy.timeout));
  if (policy.cache) add("cache", policy.cache->expires ? to_text(*policy.cache->expires) : "");
  if (!policy.limits.empty()) add("limits", limits_text(policy.limits));
  if (policy.priority != 0) add("priority", std::to_string(policy.priority));
  return marks;
}

}  // namespace weir::graph
