#include "runtime/state_change.h"

#include <fmt/format.h>

namespace weir::runtime {
namespace {

using core::TaskState;

/// Which states an event is about.
struct Changes {
  const core::Run& run;
  const core::Event& event;
  const std::function<void(const StateChange&)>& told;

  void operator()(const core::AttemptStarted& it) const { task(it.task, TaskState::running); }
  void operator()(const core::StageExpanded& it) const { task(it.task, TaskState::running); }
  void operator()(const core::StageEnded& it) const { task(it.task, it.state); }
  void operator()(const core::AttemptSucceeded& it) const { task(it.task, TaskState::succeeded); }
  void operator()(const core::TaskCached& it) const { task(it.task, TaskState::succeeded); }
  void operator()(const core::AttemptFailed& it) const {
    task(it.task, it.retry_at ? TaskState::retrying : TaskState::failed);
  }
  void operator()(const core::AttemptCrashed& it) const { task(it.task, TaskState::pending); }
  void operator()(const core::AttemptSkipped& it) const { task(it.task, TaskState::skipped); }
  void operator()(const core::TaskSkipped& it) const { task(it.task, TaskState::skipped); }
  void operator()(const core::AttemptCancelled& it) const { task(it.task, TaskState::cancelled); }
  void operator()(const core::TaskUpstreamFailed& it) const { task(it.task, TaskState::upstream_failed); }
  void operator()(const core::TaskCancelled& it) const {
    for (core::TaskIndex i = it.task; i < it.task + it.count; ++i) task(i, TaskState::cancelled);
  }
  void operator()(const core::RunReopened&) const { told({run, event, std::nullopt, TaskState::running}); }
  void operator()(const core::RunFinished& it) const {
    told({run, event, std::nullopt, *core::task_state_from(core::name_of(it.state))});
  }
  void operator()(const auto&) const {}

  void task(core::TaskIndex task, TaskState state) const { told({run, event, task, state}); }
};

/// What an event says of the reason.
struct Why {
  const core::Run& run;

  static std::string message(const std::optional<core::Failure>& failure) {
    return failure ? failure->message : "";
  }

  std::string operator()(const core::StageEnded& it) const { return message(it.failure); }
  std::string operator()(const core::AttemptFailed& it) const { return it.failure.message; }
  std::string operator()(const core::AttemptCrashed& it) const { return message(it.failure); }
  std::string operator()(const core::AttemptSkipped& it) const { return it.reason; }
  std::string operator()(const core::TaskSkipped& it) const { return it.reason; }
  std::string operator()(const core::TaskUpstreamFailed& it) const {
    return fmt::format("'{}' did not succeed", run.key(it.cause));
  }
  std::string operator()(const core::RunFinished&) const {
    if (run.body_error()) return run.body_error()->message;
    if (run.cancelling() == core::CancelRequested::Reason::timeout) return "its time is over";
    auto count = run.unsuccessful();
    return count > 0 ? fmt::format("{} task{} did not succeed", count, count == 1 ? "" : "s") : "";
  }
  std::string operator()(const auto&) const { return ""; }
};

}  // namespace

std::string StateChange::key() const { return task_ ? run_.key(*task_) : std::string{}; }

std::string StateChange::why() const { return std::visit(Why{run_}, event_.fact); }

void for_each_change(const core::Run& run, const core::Event& event,
                     const std::function<void(const StateChange&)>& told) {
  std::visit(Changes{run, event, told}, event.fact);
}

}  // namespace weir::runtime
