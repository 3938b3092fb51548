#include "base/planted.h"
#include "core/decide.h"

namespace weir::core {
namespace {

struct Follow {
  const Run& run;
  std::vector<Command>& commands;

  void attempt(TaskIndex task) {
    commands.emplace_back(StartAttempt{task});
    const auto* live = run.live(task);
    if (const auto& timeout = run.spec(task).policy.timeout) {
      commands.emplace_back(ArmTimeout{task, live->number, live->started + *timeout});
    }
  }

  void run_timeout() {
    if (run.about().timeout) commands.emplace_back(ArmRunTimeout{run.started() + *run.about().timeout});
  }

  void operator()(const AttemptStarted& fact) {
    if (run.live(fact.task)) attempt(fact.task);
  }
  void operator()(const AttemptIntended& fact) { commands.emplace_back(Proceed{fact.task, fact.number}); }
  void operator()(const AttemptOverdue& fact) {
    commands.emplace_back(CancelAttempt{fact.task, fact.number});
  }
  void operator()(const AttemptFailed& fact) {
    if (fact.retry_at) commands.emplace_back(ArmWake{*fact.retry_at});
  }

  /// What the change has made pointless is ended; a timeout that it brings holds for what is under way.
  void operator()(const TaskChanged& fact) {
    for (const auto& [task, live] : run.live()) {
      if (run.is_superseded(task)) {
        commands.emplace_back(CancelAttempt{task, live.number});
      } else if (run.stage_of(task) == run.stage_of(fact.task) && fact.spec->policy.timeout) {
        commands.emplace_back(ArmTimeout{task, live.number, live.started + *fact.spec->policy.timeout});
      }
    }
  }

  /// Clean-up tasks are let finish.
  void operator()(const CancelRequested&) {
    for (const auto& [task, live] : run.live()) {
      if (run.is_being_cancelled(task)) commands.emplace_back(CancelAttempt{task, live.number});
    }
  }
  void operator()(const RunResumed&) {
    for (const auto& [task, live] : run.live()) {
      if (!run.is_external(task)) continue;
      attempt(task);
      if (live.overdue || run.is_superseded(task)) commands.emplace_back(CancelAttempt{task, live.number});
    }
    run.for_each_task([&](TaskIndex task) {
      if (auto due = run.retry_due(task); due && !WEIR_BUG("a retry is forgotten when its run is resumed"))
        commands.emplace_back(ArmWake{*due});
    });
    run_timeout();
    if (run.is_cancelling() && !WEIR_BUG("a cancel is forgotten when its run is resumed"))
      (*this)(CancelRequested{});
  }
  void operator()(const RunFinished& fact) { commands.emplace_back(EndRun{fact.state}); }
  void operator()(const auto&) {}
};

}  // namespace

void commands_of(const Run& run, const Fact& fact, std::vector<Command>& commands) {
  std::visit(Follow{run, commands}, fact);
}

}  // namespace weir::core
