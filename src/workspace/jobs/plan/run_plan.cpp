#include "workspace/jobs/plan/run_plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <fmt/format.h>

namespace weir::workspace {
namespace {

using Tasks = std::map<std::string, Run>;  // the last attempt of each

bool has_succeeded(const Run& task) { return task.result == ResultState::success; }

bool is_excluded(const Run& task) {
  return task.result == ResultState::excluded || task.result == ResultState::disabled;
}

bool has_failed(const Run& task) { return task.has_ended() && !has_succeeded(task) && !is_excluded(task); }

/// What a task waits for: another task, and of a condition_task perhaps one of its two outcomes.
struct Edge {
  std::string key{};
  std::string outcome{};  ///< "true", "false", or empty for either
};

std::vector<Edge> edges_of(const Run& task) {
  std::vector<Edge> edges;
  if (const json* found = find(task.spec, "depends_on"); found && found->is_array())
    for (const json& edge : found->get_array())
      edges.push_back({string_or(edge, "task_key", ""), string_or(edge, "outcome", "")});
  return edges;
}

/// Whether the condition came out the other way: the edge is the branch that is not taken.
bool leads_elsewhere(const Edge& edge, const Run& upstream) {
  if (edge.outcome.empty() || !has_succeeded(upstream)) return false;
  const json* condition = find(upstream.spec, "condition_task");
  return condition && string_or(*condition, "outcome", "") != edge.outcome;
}

/// How the tasks before one have ended, counted.
struct Upstreams {
  std::int64_t all = 0;
  std::int64_t excluded = 0;  ///< or on the branch that is not taken
  std::int64_t failed = 0;
  std::int64_t cancelled = 0;  ///< of those that failed

  std::int64_t succeeded() const { return all - excluded - failed; }
};

Upstreams count(const std::vector<Edge>& edges, Tasks& tasks) {
  Upstreams upstreams;
  for (const Edge& edge : edges) {
    const Run& run = tasks[edge.key];
    ++upstreams.all;
    if (is_excluded(run) || leads_elsewhere(edge, run)) ++upstreams.excluded;
    if (has_failed(run)) ++upstreams.failed;
    if (run.result == ResultState::cancelled || run.result == ResultState::upstream_cancelled)
      ++upstreams.cancelled;
  }
  return upstreams;
}

/// An excluded task counts as one that succeeded, except where nothing but excluded tasks comes before: exclusion runs
/// down the graph.
bool holds(std::string_view rule, const Upstreams& upstreams) {
  if (upstreams.all == 0) return true;
  if (upstreams.excluded == upstreams.all) return false;
  if (rule == "AT_LEAST_ONE_SUCCESS") return upstreams.succeeded() > 0;
  if (rule == "ALL_DONE") return true;
  if (rule == "AT_LEAST_ONE_FAILED") return upstreams.failed > 0;
  if (rule == "ALL_FAILED") return upstreams.failed == upstreams.all;
  return upstreams.failed == 0;  // ALL_SUCCESS, NONE_FAILED
}

/// nullopt: it runs. All upstreams have ended.
std::optional<Ending> verdict(const Run& task, const Upstreams& upstreams) {
  std::string rule = string_or(task.spec, "run_if", "ALL_SUCCESS");
  if (holds(rule, upstreams)) return std::nullopt;
  Ending ending{.life_cycle = LifeCycle::skipped, .result = ResultState::excluded, .termination = "SKIPPED"};
  bool handles_failures = rule == "AT_LEAST_ONE_FAILED" || rule == "ALL_FAILED";
  if (upstreams.excluded == upstreams.all) {
    ending.message = "All tasks before this one are excluded, or lead to the other outcome of a condition.";
  } else if (handles_failures) {
    ending.message = fmt::format("The condition {} of this task did not hold.", rule);
  } else {
    ending.result = upstreams.cancelled > 0 ? ResultState::upstream_cancelled : ResultState::upstream_failed;
    ending.message = "An upstream task failed.";
  }
  return ending;
}

Ending ending_of_tasks(const Run& run, const Tasks& tasks) {
  if (run.stop != Stop::none) return ending_of(run.stop);

  std::set<std::string> inner;
  for (const auto& [key, task] : tasks)
    for (const Edge& edge : edges_of(task)) inner.insert(edge.key);
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
      std::vector<Edge> edges = edges_of(task);
      if (!std::ranges::all_of(edges, [&](const Edge& edge) { return tasks[edge.key].has_ended(); }))
        continue;
      if (auto ending = verdict(task, count(edges, tasks)))
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
