#include "workspace/jobs/run_plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <fmt/format.h>

namespace weir::workspace {
namespace {

using Tasks = std::map<std::string, Run>;  // the last attempt of each

bool has_succeeded(const Run& task) { return task.result == ResultState::success; }

/// Excluded and skipped tasks count as neither: they hold nobody up.
bool has_failed(const Run& task) {
  return task.has_ended() && !has_succeeded(task) && task.result != ResultState::excluded &&
         task.result != ResultState::disabled;
}

std::vector<std::string> upstreams_of(const Run& task) {
  std::vector<std::string> keys;
  if (const json* edges = find(task.spec, "depends_on"); edges && edges->is_array())
    for (const json& edge : edges->get_array()) keys.push_back(string_or(edge, "task_key", ""));
  return keys;
}

/// nullopt: it runs. All upstreams have ended.
std::optional<Ending> verdict(const Run& task, const std::vector<const Run*>& upstreams) {
  std::string rule = string_or(task.spec, "run_if", "ALL_SUCCESS");
  bool any_failed = std::ranges::any_of(upstreams, [](const Run* run) { return has_failed(*run); });
  bool all_failed = std::ranges::all_of(upstreams, [](const Run* run) { return has_failed(*run); });
  bool any_success = std::ranges::any_of(upstreams, [](const Run* run) { return has_succeeded(*run); });
  bool any_cancelled = std::ranges::any_of(upstreams, [](const Run* run) {
    return run->result == ResultState::cancelled || run->result == ResultState::upstream_cancelled;
  });
  bool holds = (rule == "ALL_SUCCESS" &&
                std::ranges::all_of(upstreams, [](const Run* run) { return has_succeeded(*run); })) ||
               (rule == "AT_LEAST_ONE_SUCCESS" && any_success) || (rule == "NONE_FAILED" && !any_failed) ||
               rule == "ALL_DONE" || (rule == "AT_LEAST_ONE_FAILED" && any_failed) ||
               (rule == "ALL_FAILED" && all_failed);
  if (upstreams.empty() || holds) return std::nullopt;
  Ending ending{.life_cycle = LifeCycle::skipped, .result = ResultState::excluded, .termination = "SKIPPED"};
  ending.message = fmt::format("The condition {} of this task did not hold.", rule);
  if (any_failed && (rule == "ALL_SUCCESS" || rule == "NONE_FAILED")) {
    ending.result = any_cancelled ? ResultState::upstream_cancelled : ResultState::upstream_failed;
    ending.message = "An upstream task failed.";
  }
  return ending;
}

Ending ending_of_tasks(const Run& run, const Tasks& tasks) {
  if (run.stop != Stop::none) return ending_of(run.stop);

  std::set<std::string> inner;
  for (const auto& [key, task] : tasks)
    for (const auto& upstream : upstreams_of(task)) inner.insert(upstream);
  const Run* failed = nullptr;
  bool leaf_failed = false;
  for (const auto& [key, task] : tasks) {
    if (!has_failed(task)) continue;
    leaf_failed = leaf_failed || !inner.contains(key);
    bool own_failure =
        task.result != ResultState::upstream_failed && task.result != ResultState::upstream_cancelled;
    if (!failed || own_failure) failed = &task;
  }
  if (!failed) return {};
  if (!leaf_failed)
    return {
        .result = ResultState::success_with_failures, .termination = "SUCCESS_WITH_FAILURES", .message = ""};
  std::string message = fmt::format("Task {} failed with message: {}", failed->task_key, failed->message);
  if (!message.ends_with('.')) message += '.';
  return {.life_cycle = failed->life_cycle == LifeCycle::skipped ? LifeCycle::terminated : failed->life_cycle,
          .result = failed->result,
          .termination = failed->termination,
          .message = std::move(message)};
}

}  // namespace

Plan plan(const Run& run, std::vector<Run> runs, std::int64_t now_ms) {
  Tasks tasks;
  for (auto& task : runs) tasks[task.task_key] = std::move(task);

  Plan plan;
  bool moved = true;
  while (moved) {
    moved = false;
    for (auto& [key, task] : tasks) {
      if (task.life_cycle != LifeCycle::blocked) continue;
      std::vector<const Run*> upstreams;
      for (const auto& upstream : upstreams_of(task)) upstreams.push_back(&tasks[upstream]);
      if (!std::ranges::all_of(upstreams, [](const Run* upstream) { return upstream->has_ended(); }))
        continue;
      if (auto ending = verdict(task, upstreams))
        end(task, *ending, now_ms);
      else
        task.life_cycle = LifeCycle::pending;
      plan.changed.push_back(task);
      moved = true;
    }
  }
  bool all_ended = std::ranges::all_of(tasks, [](const auto& entry) { return entry.second.has_ended(); });
  if (all_ended) plan.ending = ending_of_tasks(run, tasks);
  return plan;
}

}  // namespace weir::workspace
