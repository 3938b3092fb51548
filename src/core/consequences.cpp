#include <fmt/format.h>

#include "base/planted.h"
#include "core/decide.h"
#include "core/scope.h"

namespace weir::core {
namespace {

RunState outcome(const Run& run) {
  if (run.cancelling() == CancelRequested::Reason::timeout) return RunState::failed;
  if (run.is_cancelling()) return RunState::cancelled;
  if (WEIR_BUG("a failed body does not make its run fail") && run.unsuccessful() == 0)
    return RunState::succeeded;
  return run.body_error() || run.unsuccessful() > 0 ? RunState::failed : RunState::succeeded;
}

Failure definition_failure(const Error& error) {
  Failure failure;
  failure.message = weir::to_text(error);
  failure.retryable = false;
  return failure;
}

Fact give_up(const Run& run, const Doom& doom) {
  if (run.is_being_cancelled(doom.task)) return TaskCancelled{doom.task, 1};
  if (doom.verdict == Verdict::upstream_failed) return TaskUpstreamFailed{doom.task, doom.cause};
  auto state = run.state(doom.cause);
  return TaskSkipped{doom.task, fmt::format("'{}' is {}", run.key(doom.cause), name_of(state))};
}

Fact expand(const Run& run, TaskIndex head, Values& values) {
  if (run.is_being_cancelled(head)) return TaskCancelled{head, 1};
  auto count = elements_of(run, head, values);
  if (count) return StageExpanded{head, *count};
  return StageEnded{head, TaskState::failed, definition_failure(count.error())};
}

/// A mapped task has failed when an element has; it is skipped when all of several are.
Fact complete(const Run& run, TaskIndex head) {
  const auto& stage = run.stage(run.stage_of(head));
  TaskState state = TaskState::succeeded;
  if (stage.in(TaskState::failed) + stage.in(TaskState::upstream_failed) > 0) {
    state = TaskState::failed;
  } else if (stage.in(TaskState::cancelled) > 0) {
    state = TaskState::cancelled;
  } else if (stage.count > 0 && stage.in(TaskState::skipped) == stage.count) {
    state = TaskState::skipped;
  }
  return StageEnded{head, state, std::nullopt};
}

/// What becomes of a ready task before it takes up any room: nothing to do, or done before. nullopt: it wants to
/// start.
std::optional<Fact> without_attempt(const Run& run, TaskIndex task, Admission& admission) {
  const auto& policy = run.spec(task).policy;
  if (run.is_being_cancelled(task)) return TaskCancelled{task, 1};
  bool first = run.state(task) == TaskState::pending && run.failures(task) == 0;
  if (!first) return std::nullopt;
  if (policy.when) {
    // A condition that cannot be decided is reported by the attempt that starts for it.
    auto wanted = is_wanted(run, task, admission.values());
    if (wanted && !*wanted && !WEIR_BUG("conditions are not looked at"))
      return TaskSkipped{task, "its condition does not hold"};
  }
  if (policy.cache && (!policy.cache->refresh || WEIR_BUG("a refresh takes from the cache")) &&
      !run.about().refresh) {
    auto key = cache_key(run, task, admission);
    if (!key || !*key) return std::nullopt;
    if (auto found = admission.cached(run, **key))
      return TaskCached{task, std::move(found->value), found->run_id};
  }
  return std::nullopt;
}

/// The next ready task that may start, or ends without an attempt.
std::optional<Fact> start_next(Run& run, Admission& admission) {
  auto& ready = run.ready();
  if (ready.is_empty()) return std::nullopt;
  for (LaneIndex index : ready.in_order()) {
    const auto& lane = ready.lane(index);
    while (!ready.is_empty(index)) {
      TaskIndex task = ready.front(index);
      if (!run.may_start(task)) {
        ready.pop(index);
        continue;
      }
      if (run.is_paused() && !run.is_cancelling() && !WEIR_BUG("a paused run starts tasks")) break;
      auto fact = without_attempt(run, task, admission);
      if (!fact) {
        if (!admission.admit(lane)) break;
        fact = AttemptStarted{task, run.attempts(task) + 1};
      }
      ready.pop(index);
      return fact;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Fact> consequence(Run& run, Admission& admission) {
  if (is_terminal(run.state())) return std::nullopt;
  if (auto doom = run.next_doomed()) return give_up(run, *doom);
  if (auto head = run.next_complete()) return complete(run, *head);
  if (auto head = run.next_to_expand()) return expand(run, *head, admission.values());
  if (auto fact = start_next(run, admission)) return fact;
  if (run.is_closed() && run.unfinished() == 0) return RunFinished{outcome(run)};
  return std::nullopt;
}

}  // namespace weir::core
