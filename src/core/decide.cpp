#include "core/decide.h"

#include <fmt/format.h>

#include "base/check.h"
#include "core/scope.h"

namespace weir::core {
namespace {

constexpr std::size_t value_bytes_max = 8 * 1024 * 1024;

bool is_live(const Run& run, TaskIndex task, std::uint32_t number) {
  const auto* live = task < run.size() ? run.live(task) : nullptr;
  return live && live->number == number;
}

std::optional<Instant> deadline_of(const Run& run, TaskIndex task) {
  const auto* live = run.live(task);
  const auto& timeout = run.spec(task).policy.timeout;
  return live && timeout ? std::optional(live->started + *timeout) : std::nullopt;
}

bool deadline_passed(const Run& run, TaskIndex task, Instant now) {
  auto deadline = deadline_of(run, task);
  return deadline && now >= *deadline;
}

/// A failed attempt, with the retry its policy grants.
AttemptFailed failed(const Run& run, TaskIndex task, std::uint32_t number, Failure failure, Instant now) {
  const auto& policy = run.spec(task).policy;
  bool again = failure.retryable && run.failures(task) < policy.retries && !run.is_cancelling();
  return {task, number, std::move(failure), again ? std::optional(now + policy.retry_delay) : std::nullopt};
}

Failure timed_out(const Run& run, TaskIndex task) {
  auto seconds = std::chrono::duration<double>(*run.spec(task).policy.timeout).count();
  Failure failure;
  failure.why = Failure::Why::timeout;
  failure.message = fmt::format("timed out after {:g} s", seconds);
  return failure;
}

struct Decide {
  const Run& run;
  Instant now;
  Starting starting;
  std::vector<Fact> facts{};

  void operator()(const Begin&) {}

  void operator()(const AddTask& input) { facts.emplace_back(TaskAdded{input.spec, input.external}); }

  void operator()(const CloseGraph& input) {
    if (!run.is_closed()) facts.emplace_back(GraphClosed{input.error});
  }

  void operator()(const Intended& input) {
    // A cancelled attempt must not come to life remotely; its executor owes a `cancelled` report.
    if (!is_live(run, input.task, input.number) || run.is_cancelling()) return;
    facts.emplace_back(AttemptIntended{input.task, input.number, input.intent});
  }

  void operator()(const Attached& input) {
    if (!is_live(run, input.task, input.number)) return;
    facts.emplace_back(AttemptAttached{input.task, input.number, input.remote});
  }

  void operator()(const Succeeded& input) {
    if (!is_live(run, input.task, input.number)) return;
    if (std::size_t bytes = weir::to_text(input.value).size(); bytes > value_bytes_max) {
      Failure failure;
      failure.message = fmt::format("the result has {} bytes, more than the {} that fit in a history", bytes,
                                    value_bytes_max);
      failure.retryable = false;
      facts.emplace_back(failed(run, input.task, input.number, failure, now));
      return;
    }
    facts.emplace_back(AttemptSucceeded{input.task, input.number, input.value});
  }

  void operator()(const Failed& input) {
    if (!is_live(run, input.task, input.number)) return;
    facts.emplace_back(failed(run, input.task, input.number, input.failure, now));
  }

  /// An attempt ends as cancelled either because the run is being cancelled or because its deadline passed.
  void operator()(const Cancelled& input) {
    if (!is_live(run, input.task, input.number)) return;
    if (!run.is_cancelling() && deadline_passed(run, input.task, now)) {
      facts.emplace_back(failed(run, input.task, input.number, timed_out(run, input.task), now));
    } else {
      facts.emplace_back(AttemptCancelled{input.task, input.number});
    }
  }

  void operator()(const RetryDue& input) {
    auto due = input.task < run.size() ? run.retry_due(input.task) : std::nullopt;
    if (!due || now < *due || starting == Starting::held) return;
    start(input.task);
  }

  /// Nothing durable: the attempt ends when its executor says so, and is then found to be late.
  void operator()(const TimeoutDue&) {}

  void operator()(const RequestCancel&) {
    if (run.is_cancelling() || is_terminal(run.state())) return;
    facts.emplace_back(CancelRequested{});
    if (!run.is_closed()) facts.emplace_back(GraphClosed{});
    for (TaskIndex task = 0; task < run.size(); ++task) {
      bool waits = run.state(task) == TaskState::pending || run.state(task) == TaskState::retrying;
      if (waits) facts.emplace_back(TaskCancelled{task});
    }
  }

  void operator()(const Resume&) {
    facts.emplace_back(RunResumed{});
    for (TaskIndex task = 0; task < run.size(); ++task) {
      const auto* live = run.live(task);
      if (live && !run.is_external(task)) facts.emplace_back(AttemptCrashed{task, live->number});
    }
  }

  void start(TaskIndex task) {
    auto number = run.attempts(task) + 1;
    auto inputs = render_inputs(run, task);
    facts.emplace_back(AttemptStarted{task, number, inputs ? *inputs : json(nullptr)});
    if (inputs) return;
    Failure failure;
    failure.message = weir::to_text(inputs.error());
    failure.retryable = false;
    facts.emplace_back(AttemptFailed{task, number, failure, std::nullopt});
  }
};

RunState outcome(const Run& run) {
  if (run.is_cancelling()) return RunState::cancelled;
  if (run.body_error()) return RunState::failed;
  for (TaskIndex task = 0; task < run.size(); ++task) {
    auto state = run.state(task);
    if (state != TaskState::succeeded && state != TaskState::skipped) return RunState::failed;
  }
  return RunState::succeeded;
}

}  // namespace

std::vector<Fact> consequences(const Run& run, Instant now, Starting starting) {
  if (is_terminal(run.state())) return {};
  if (auto doomed = run.next_doomed()) return {TaskUpstreamFailed{doomed->first, doomed->second}};
  if (auto ready = run.next_ready()) {
    if (run.is_cancelling()) return {TaskCancelled{*ready}};
    if (starting == Starting::held) return {};
    Decide decision{run, now, starting};
    decision.start(*ready);
    return std::move(decision.facts);
  }
  if (run.is_closed() && run.unfinished() == 0) return {RunFinished{outcome(run)}};
  return {};
}

namespace {

struct Follow {
  const Run& run;
  std::vector<Command>& commands;

  void attempt(TaskIndex task) {
    commands.emplace_back(StartAttempt{task});
    if (auto due = deadline_of(run, task))
      commands.emplace_back(ArmTimeout{task, run.live(task)->number, *due});
  }

  void operator()(const AttemptStarted& fact) {
    if (run.live(fact.task)) attempt(fact.task);
  }
  void operator()(const AttemptIntended& fact) { commands.emplace_back(Proceed{fact.task, fact.number}); }
  void operator()(const AttemptFailed& fact) {
    if (fact.retry_at) commands.emplace_back(ArmRetry{fact.task, *fact.retry_at});
  }
  void operator()(const CancelRequested&) {
    for (TaskIndex task = 0; task < run.size(); ++task) {
      if (const auto* live = run.live(task)) commands.emplace_back(CancelAttempt{task, live->number});
    }
  }
  void operator()(const RunResumed&) {
    for (TaskIndex task = 0; task < run.size(); ++task) {
      if (run.live(task) && run.is_external(task)) attempt(task);
      if (auto due = run.retry_due(task)) commands.emplace_back(ArmRetry{task, *due});
    }
    if (run.is_cancelling()) (*this)(CancelRequested{});
  }
  void operator()(const RunFinished& fact) { commands.emplace_back(EndRun{fact.state}); }
  void operator()(const auto&) {}
};

}  // namespace

std::vector<Fact> decide(const Run& run, const Input& input, Instant now, Starting starting) {
  if (is_terminal(run.state())) return {};
  Decide decision{run, now, starting};
  std::visit(decision, input);
  return std::move(decision.facts);
}

void commands_of(const Run& run, const Fact& fact, std::vector<Command>& commands) {
  std::visit(Follow{run, commands}, fact);
}

StepResult advance(Run& run, const Input& input, Instant now, Starting starting) {
  StepResult result;
  auto take = [&](std::vector<Fact> facts) {
    std::size_t first = result.events.size();
    for (auto& fact : facts) {
      result.events.push_back({now, std::move(fact)});
      run.apply(result.events.back());
    }
    for (std::size_t i = first; i < result.events.size(); ++i) {
      commands_of(run, result.events[i].fact, result.commands);
    }
  };
  if (const auto* due = std::get_if<TimeoutDue>(&input); due && is_live(run, due->task, due->number)) {
    result.commands.emplace_back(CancelAttempt{due->task, due->number});
  }
  take(decide(run, input, now, starting));
  for (;;) {
    auto facts = consequences(run, now, starting);
    if (facts.empty()) return result;
    take(std::move(facts));
  }
}

}  // namespace weir::core
