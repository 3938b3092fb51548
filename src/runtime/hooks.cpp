#include "runtime/hooks.h"

#include <fmt/format.h>

namespace weir::runtime {
namespace {

using core::TaskState;

TaskState as_task_state(core::RunState state) { return *core::task_state_from(core::name_of(state)); }

/// How a run has ended, if it did not succeed.
std::string why_ended(const core::Run& run) {
  if (run.body_error()) return run.body_error()->message;
  if (run.cancelling() == core::CancelRequested::Reason::timeout) return "its time is over";
  return run.unsuccessful() > 0 ? fmt::format("{} task{} did not succeed", run.unsuccessful(),
                                              run.unsuccessful() == 1 ? "" : "s")
                                : "";
}

/// What each fact means to those who look at states only.
class Changes {
 public:
  Changes(const core::Run& run, const std::function<void(StateChange)>& push) : run_(run), push_(push) {}

  void operator()(const core::AttemptStarted& it) { task(it.task, TaskState::running); }
  void operator()(const core::StageExpanded& it) { task(it.task, TaskState::running); }
  void operator()(const core::StageEnded& it) { task(it.task, it.state, message(it.failure)); }
  void operator()(const core::AttemptSucceeded& it) { task(it.task, TaskState::succeeded); }
  void operator()(const core::TaskCached& it) { task(it.task, TaskState::succeeded); }
  void operator()(const core::AttemptFailed& it) {
    task(it.task, it.retry_at ? TaskState::retrying : TaskState::failed, it.failure.message);
  }
  void operator()(const core::AttemptCrashed& it) { task(it.task, TaskState::pending, message(it.failure)); }
  void operator()(const core::AttemptSkipped& it) { task(it.task, TaskState::skipped, it.reason); }
  void operator()(const core::TaskSkipped& it) { task(it.task, TaskState::skipped, it.reason); }
  void operator()(const core::AttemptCancelled& it) { task(it.task, TaskState::cancelled); }
  void operator()(const core::TaskUpstreamFailed& it) {
    task(it.task, TaskState::upstream_failed, fmt::format("'{}' did not succeed", run_.key(it.cause)));
  }
  void operator()(const core::TaskCancelled& it) {
    for (core::TaskIndex i = it.task; i < it.task + it.count; ++i) task(i, TaskState::cancelled);
  }
  void operator()(const core::RunReopened&) { push_({"", TaskState::running, ""}); }
  void operator()(const core::RunFinished& it) { push_({"", as_task_state(it.state), why_ended(run_)}); }
  void operator()(const auto&) {}

 private:
  static std::string message(const std::optional<core::Failure>& failure) {
    return failure ? failure->message : "";
  }
  void task(core::TaskIndex task, TaskState state, std::string why = "") {
    push_({run_.key(task), state, std::move(why)});
  }

  const core::Run& run_;
  const std::function<void(StateChange)>& push_;
};

}  // namespace

void for_each_change(const core::Run& run, const core::Event& event,
                     const std::function<void(StateChange)>& told) {
  std::visit(Changes(run, told), event.fact);
}

Hooks::Hooks(RunSlot slot, Tell tell) : slot_(slot), tell_(std::move(tell)), waiting_{StateChange{}} {
  thread_ = std::thread([this] { work(); });
}

void Hooks::finish() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  more_.notify_one();
  thread_.join();
}

void Hooks::on_event(RunSlot slot, const core::Run& run, const core::Event& event) {
  if (slot != slot_) return;
  for_each_change(run, event, [this](StateChange change) { push(std::move(change)); });
}

void Hooks::push(StateChange change) {
  {
    std::lock_guard lock(mutex_);
    if (ending_) return;
    waiting_.push_back(std::move(change));
  }
  more_.notify_one();
}

void Hooks::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    more_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    auto change = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    tell_(change);
    lock.lock();
  }
}

}  // namespace weir::runtime
