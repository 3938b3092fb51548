#include "yaml/flow_check.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "core/graph_check.h"

namespace weir::yaml {
namespace {

using DraftOf = std::unordered_map<std::string_view, const TaskDraft*>;

/// Finding the place costs a walk through the inputs, so it is left out for faults that nobody will read.
Position place_of(const TaskDraft& task, const TaskDraft::Reading& reading, const Faults& faults) {
  return faults.full() ? task.at : locate(*reading.in, reading.look_up.where).value;
}

/// Where `task` says that it waits for `upstream`, and in which words it complains best.
void add_missing(const TaskDraft& task, const core::MissingUpstream& missing, Faults& faults) {
  if (faults.full()) return faults.add(task.at, core::to_error(missing));
  if (auto need = std::ranges::find(task.needs, missing.upstream, &TaskDraft::Need::task);
      need != task.needs.end()) {
    return faults.add(need->at, core::to_error(missing));
  }
  for (const auto& reading : task.readings) {
    const auto& path = reading.look_up.path;
    if (path[0] != "tasks" || path[1] != missing.upstream) continue;
    auto message = fmt::format("'{{{{ {} }}}}': no task '{}'", core::to_text(path), missing.upstream);
    return faults.add(place_of(task, reading, faults), std::move(message), missing.hint);
  }
}

void check_trigger(const TaskDraft& task, Faults& faults) {
  const auto& policy = task.spec.policy;
  const Member* trigger = task.member("trigger");
  const Member* rule = policy.cleanup ? task.member("cleanup") : trigger;
  if (!rule) return;
  if (policy.cleanup && trigger) {
    faults.add(trigger->name_at, fmt::format("task '{}' cleans up and has a trigger", task.spec.key),
               "clean-up runs after what it needs, however that has ended; remove the trigger");
  }
  auto upstreams = task.spec.upstreams.size();
  if (upstreams == 0) {
    faults.add(rule->name_at, fmt::format("'{}' has no effect on a task that needs no other", rule->name),
               "say what it waits for: needs: [a, b]");
  } else if (policy.trigger.count > upstreams) {
    faults.add(rule->value->at,
               fmt::format("task '{}' waits for {} tasks, but needs only {}", task.spec.key,
                           policy.trigger.count, upstreams),
               "it could never start");
  }
}

}  // namespace

void check_tasks(std::span<const TaskDraft> tasks, Faults& faults) {
  std::vector<core::TaskSpec> specs;
  DraftOf draft_of;
  for (const auto& task : tasks) {
    specs.push_back({.key = task.spec.key, .upstreams = task.spec.upstreams});
    draft_of[task.spec.key] = &task;
  }
  for (const auto& missing : core::missing_upstreams(specs))
    add_missing(*draft_of[missing.task], missing, faults);
  for (const auto& cycle : core::cycles_in(specs))
    faults.add(draft_of[cycle.front()]->at, core::to_error(cycle));
}

void check_parameters(std::span<const TaskDraft> tasks, const JsonObject& parameters, Faults& faults) {
  std::vector<std::string> names;
  for (const auto& parameter : parameters) names.emplace_back(parameter.key());
  for (const auto& task : tasks) {
    for (const auto& reading : task.readings) {
      const auto& path = reading.look_up.path;
      if (path[0] != "parameters" || parameters.contains(path[1])) continue;
      auto message = fmt::format("'{{{{ {} }}}}': no parameter '{}'", core::to_text(path), path[1]);
      if (parameters.empty()) {
        faults.add(place_of(task, reading, faults), std::move(message),
                   fmt::format("declare it: parameters: {{{}: …}}", path[1]));
      } else {
        faults.add_unknown(place_of(task, reading, faults), std::move(message), path[1], names);
      }
    }
  }
}

void check_triggers(std::span<const TaskDraft> tasks, Faults& faults) {
  for (const auto& task : tasks) check_trigger(task, faults);
}

}  // namespace weir::yaml
