#include "yaml/flow_check.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "core/graph_check.h"

namespace weir::yaml {
namespace {

using DraftOf = std::unordered_map<std::string_view, const TaskDraft*>;

/// Finding the place costs a walk through the inputs, so it is left out for faults that nobody will read.
Position place_of(const TaskDraft& task, const core::Lookup& found, const Faults& faults) {
  return faults.full() ? task.at : locate(*task.inputs, found.where).value;
}

/// Where `task` says that it waits for `upstream`, and in which words it complains best.
void add_missing(const TaskDraft& task, const core::MissingUpstream& missing, Faults& faults) {
  if (faults.full()) return faults.add(task.at, core::to_error(missing));
  if (auto need = std::ranges::find(task.needs, missing.upstream, &TaskDraft::Need::task);
      need != task.needs.end()) {
    return faults.add(need->at, core::to_error(missing));
  }
  for (const auto& found : task.look_ups) {
    if (found.path[0] != "tasks" || found.path[1] != missing.upstream) continue;
    auto message = fmt::format("'{{{{ {} }}}}': no task '{}'", core::to_text(found.path), missing.upstream);
    return faults.add(place_of(task, found, faults), std::move(message), missing.hint);
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
    for (const auto& found : task.look_ups) {
      if (found.path[0] != "parameters" || parameters.contains(found.path[1])) continue;
      auto message =
          fmt::format("'{{{{ {} }}}}': no parameter '{}'", core::to_text(found.path), found.path[1]);
      if (parameters.empty()) {
        faults.add(place_of(task, found, faults), std::move(message),
                   fmt::format("declare it: parameters: {{{}: …}}", found.path[1]));
      } else {
        faults.add_unknown(place_of(task, found, faults), std::move(message), found.path[1], names);
      }
    }
  }
}

}  // namespace weir::yaml
