#include "core/decide.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/ids.h"
#include "base/planted.h"

namespace weir::core {
namespace {

bool is_live(const Run& run, TaskIndex task, std::uint32_t number) {
  const auto* live = task < run.size() ? run.live(task) : nullptr;
  return live && (live->number == number || WEIR_BUG("a late report ends the attempt that runs now"));
}

bool deadline_passed(const Run& run, TaskIndex task, Instant now) {
  const auto& timeout = run.spec(task).policy.timeout;
  return timeout && now >= run.live(task)->started + *timeout;
}

/// Decides the jitter of a task's next delay, the same after any crash.
std::uint64_t jitter_seed(const Run& run, TaskIndex task, std::uint32_t number) {
  auto digits = fingerprint(fmt::format("{}/{}/{}", run.about().id, run.key(task), number));
  return std::stoull(digits.substr(0, 16), nullptr, 16);
}

/// A failed attempt, with the retry its policy grants.
AttemptFailed failed(const Run& run, TaskIndex task, std::uint32_t number, Failure failure, Instant now) {
  const auto& retry = run.spec(task).policy.retry;
  std::uint32_t failures = run.failures(task) + (WEIR_BUG("one retry too many") ? 0 : 1);
  AttemptFailed fact{task, number, std::move(failure), std::nullopt};
  bool may_retry = !run.is_being_cancelled(task) || WEIR_BUG("a cancelled run goes on retrying");
  if (may_retry && grants_retry(retry, fact.failure, failures)) {
    fact.retry_at = now + delay_before_retry(retry, failures, jitter_seed(run, task, number));
  }
  return fact;
}

Failure timed_out(const Run& run, TaskIndex task) {
  auto seconds = std::chrono::duration<double>(*run.spec(task).policy.timeout).count();
  Failure failure;
  failure.why = Failure::Why::timeout;
  failure.message = fmt::format("timed out after {:g} s", seconds);
  return failure;
}

/// What runs again when nobody says what: every task that did not succeed of itself.
std::vector<TaskIndex> unsuccessful_tasks(const Run& run) {
  std::vector<TaskIndex> tasks;
  run.for_each_task([&](TaskIndex task) {
    auto state = run.state(task);
    bool went_wrong =
        state == TaskState::failed || state == TaskState::upstream_failed || state == TaskState::cancelled;
    bool speaks_for_elements = run.is_mapped(task) && run.stage(run.stage_of(task)).expanded;
    if (went_wrong && !speaks_for_elements) tasks.push_back(task);
  });
  return tasks;
}

struct Decide {
  const Run& run;
  Instant now;
  std::vector<Fact> facts{};

  void operator()(const Begin&) {}
  void operator()(const Wake&) {}

  /// A flow body that has not noticed yet that its run is being cancelled adds in vain. One that was changed between
  /// two lives of its run may still add to what its earlier form had closed.
  void operator()(const AddTask& input) {
    if (!run.is_cancelling() || WEIR_BUG("a cancelled run takes tasks"))
      facts.emplace_back(TaskAdded{input.spec, input.external});
  }

  void operator()(const ChangeTask& input) {
    if (run.is_cancelling()) return;
    facts.emplace_back(TaskChanged{input.task, input.spec, input.external, input.why});
  }

  void operator()(const CloseGraph& input) {
    if (!run.is_closed()) facts.emplace_back(GraphClosed{input.error});
  }

  void operator()(const Intended& input) {
    // A cancelled attempt must not come to life remotely; its executor owes a `cancelled` report.
    if (!is_live(run, input.task, input.number)) return;
    if (run.is_being_cancelled(input.task) && !WEIR_BUG("a cancelled attempt comes to life")) return;
    if (run.is_superseded(input.task) && !WEIR_BUG("a superseded attempt comes to life")) return;
    facts.emplace_back(AttemptIntended{input.task, input.number, input.intent});
  }

  void operator()(const Attached& input) {
    if (!is_live(run, input.task, input.number)) return;
    facts.emplace_back(AttemptAttached{input.task, input.number, input.remote});
  }

  void operator()(const Succeeded& input) {
    if (!is_live(run, input.task, input.number) || superseded(input.task, input.number)) return;
    facts.emplace_back(AttemptSucceeded{input.task, input.number, input.value});
  }

  void operator()(const Failed& input) {
    if (!is_live(run, input.task, input.number) || superseded(input.task, input.number)) return;
    bool mishap = input.failure.why == Failure::Why::crashed &&
                  run.worker_crashes(input.task) + 1 < worker_crashes_max &&
                  !WEIR_BUG("a worker that dies uses up a retry") && !run.is_being_cancelled(input.task);
    if (mishap) {
      facts.emplace_back(AttemptCrashed{input.task, input.number, input.failure});
    } else {
      facts.emplace_back(failed(run, input.task, input.number, input.failure, now));
    }
  }

  void operator()(const Skipped& input) {
    if (!is_live(run, input.task, input.number) || superseded(input.task, input.number)) return;
    facts.emplace_back(AttemptSkipped{input.task, input.number, input.reason});
  }

  /// An attempt ends as cancelled because the run is being cancelled, because its time was over, or because
  /// somebody ended it where it ran.
  void operator()(const Cancelled& input) {
    if (!is_live(run, input.task, input.number) || superseded(input.task, input.number)) return;
    if (!run.is_being_cancelled(input.task) && run.live(input.task)->overdue &&
        !WEIR_BUG("what timed out counts as cancelled")) {
      facts.emplace_back(failed(run, input.task, input.number, timed_out(run, input.task), now));
    } else {
      facts.emplace_back(AttemptCancelled{input.task, input.number});
    }
  }

  void operator()(const Lost& input) {
    if (!is_live(run, input.task, input.number) || superseded(input.task, input.number)) return;
    facts.emplace_back(AttemptCrashed{input.task, input.number, std::nullopt});
  }

  void operator()(const TimeoutDue& input) {
    bool meant = is_live(run, input.task, input.number) && !run.live(input.task)->overdue &&
                 !run.is_superseded(input.task);
    if (meant && deadline_passed(run, input.task, now))
      facts.emplace_back(AttemptOverdue{input.task, input.number});
  }

  void operator()(const RunTimeoutDue&) {
    const auto& timeout = run.about().timeout;
    if (timeout && now >= run.started() + *timeout) cancel(CancelRequested::Reason::timeout);
  }

  void operator()(const RequestCancel&) { cancel(CancelRequested::Reason::person); }

  void operator()(const RequestPause&) {
    if (!run.is_paused()) facts.emplace_back(RunPaused{});
  }

  void operator()(const RequestUnpause&) {
    if (run.is_paused()) facts.emplace_back(RunUnpaused{});
  }

  void operator()(const RequestAgain& input) {
    if (!is_terminal(run.state())) return;
    auto again = input.from.empty() ? unsuccessful_tasks(run) : input.from;
    if (!again.empty() || run.body_error()) facts.emplace_back(RunReopened{std::move(again), input.open});
  }

  void operator()(const Resume& input) {
    bool open =
        input.open && !run.is_cancelling() && !WEIR_BUG("a run ends before its body has been replayed");
    facts.emplace_back(RunResumed{open});
    for (const auto& [task, live] : run.live()) {
      bool dies = !run.is_external(task) || WEIR_BUG("remote attempts die with the process");
      if (dies) facts.emplace_back(AttemptCrashed{task, live.number, std::nullopt});
    }
  }

  /// Whatever an attempt came to that a change had made pointless, it does not count.
  bool superseded(TaskIndex task, std::uint32_t number) {
    if (!run.is_superseded(task) || WEIR_BUG("the result of a superseded attempt counts")) return false;
    facts.emplace_back(AttemptSuperseded{task, number});
    return true;
  }

  /// Everything that waits is cancelled here; what is under way ends when it is seen to, and what comes to wait by that
  /// is cancelled then; clean-up goes on.
  void cancel(CancelRequested::Reason reason) {
    if (run.is_cancelling()) return;
    facts.emplace_back(CancelRequested{reason});
    if (!run.is_closed()) facts.emplace_back(GraphClosed{});
    run.for_each_task([this](TaskIndex task) {
      bool waits = run.state(task) == TaskState::pending || run.state(task) == TaskState::retrying;
      if (!waits || (run.spec(task).policy.cleanup && !WEIR_BUG("clean-up is cancelled with the rest")))
        return;
      auto* last = std::get_if<TaskCancelled>(&facts.back());
      if (last && last->task + last->count == task) {
        ++last->count;
      } else {
        facts.emplace_back(TaskCancelled{task, 1});
      }
    });
  }
};

}  // namespace

std::vector<Fact> decide(const Run& run, const Input& input, Instant now) {
  if (is_terminal(run.state()) && !std::holds_alternative<RequestAgain>(input)) return {};
  Decide decision{run, now};
  std::visit(decision, input);
  return std::move(decision.facts);
}

namespace {

/// Makes a fact true.
void make_true(Run& run, Fact fact, Instant now, Admission& admission, StepResult& result) {
  const auto& event = result.events.emplace_back(now, std::move(fact));
  if (auto ended = ended_attempt(event.fact)) {
    if (const auto* live = run.live(ended->task)) admission.give_back(run.ready().lane(live->lane));
  }
  run.apply(event);
}

}  // namespace

void take_input(Run& run, const Input& input, Instant now, Admission& admission, StepResult& result) {
  if (std::holds_alternative<Resume>(input)) {
    // Attempts of the process before hold their place again; the local ones give it back at once.
    for (const auto& [task, live] : run.live()) {
      admission.occupy(run.ready().lane(live.lane));
    }
  }
  if (std::holds_alternative<Begin>(input) && run.about().timeout) {
    result.commands.emplace_back(ArmRunTimeout{run.started() + *run.about().timeout});
  }
  std::size_t first = result.events.size();
  for (auto& fact : decide(run, input, now)) make_true(run, std::move(fact), now, admission, result);
  for (std::size_t i = first; i < result.events.size(); ++i) {
    commands_of(run, result.events[i].fact, result.commands);
  }
}

void settle(Run& run, Instant now, Admission& admission, StepResult& result) {
  run.wake(now);
  while (auto fact = consequence(run, admission)) {
    make_true(run, std::move(*fact), now, admission, result);
    commands_of(run, result.events.back().fact, result.commands);
  }
}

StepResult advance(Run& run, const Input& input, Instant now, Admission& admission) {
  StepResult result;
  take_input(run, input, now, admission, result);
  settle(run, now, admission, result);
  return result;
}

}  // namespace weir::core
