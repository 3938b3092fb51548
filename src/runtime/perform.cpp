// What the engine does once it is durable: hands attempts to executors, lets them proceed, sets timers.
#include <algorithm>

#include <fmt/format.h>

#include "base/planted.h"
#include "core/scope.h"
#include "runtime/engine_state.h"
#include "runtime/token.h"

namespace weir::runtime {
namespace {

std::string_view name_of(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "info";
}

}  // namespace

void Engine::perform(RunSlot slot, const core::Command& command) {
  struct Perform {
    Engine& engine;
    RunSlot slot;
    void operator()(const core::StartAttempt& it) { engine.hand_over(slot, it.task); }
    void operator()(const core::Proceed& it) { engine.proceed({slot, it.task, it.number}); }
    void operator()(const core::CancelAttempt& it) {
      Executor* executor = engine.executor_of(engine.run(slot).spec(it.task).kind);
      if (executor) executor->cancel({slot, it.task, it.number});
    }
    void operator()(const core::ArmWake& it) { engine.arm(slot, it.due, core::Wake{}); }
    void operator()(const core::ArmTimeout& it) {
      engine.arm(slot, it.due, core::TimeoutDue{it.task, it.number});
    }
    void operator()(const core::ArmRunTimeout& it) { engine.arm(slot, it.due, core::RunTimeoutDue{}); }
    void operator()(const core::EndRun&) { engine.end_run(slot); }
  };
  std::visit(Perform{*this, slot}, command);
}

void Engine::hand_over(RunSlot slot, core::TaskIndex task) {
  const auto& run = this->run(slot);
  const auto* live = run.live(task);
  if (!live) return;
  const auto& spec = run.spec(task);
  auto refuse = [&](const std::string& why) {
    Failure failure;
    failure.message = why;
    failure.retryable = false;
    send(slot, core::Failed{task, live->number, failure});
  };
  auto kind = by_kind_.find(spec.kind);
  // A resumed run may hold kinds that this program does not have.
  if (kind == by_kind_.end())
    return refuse(fmt::format("this program cannot run tasks of kind '{}'", spec.kind));
  // What was sent is taken up whatever has become of what it was made from. What was not, and is pointless by now, has
  // no inputs either when they were lost: a change and a cancel may have come in the turn in which it was to start.
  bool was_sent = !live->intent.is_null();
  if ((run.is_superseded(task) || run.is_being_cancelled(task)) && !was_sent)
    return send(slot, core::Cancelled{task, live->number});
  // Of what it was made from there is nothing, or something else, once that starts anew.
  auto inputs = run.is_superseded(task) ? Result<json>(json()) : inputs_of(run, task, kind->second);
  if (!inputs && !was_sent) {
    auto lost = lost_since(slot, spec);
    if (lost.empty()) return refuse(to_text(inputs.error()));
    for (auto& change : lost) send(slot, std::move(change));
    return send(slot, core::Cancelled{task, live->number});
  }
  Attempt attempt;
  attempt.id = {slot, task, live->number};
  attempt.run_id = run.about().id;
  attempt.run_name = run.about().name;
  attempt.flow = run.about().flow;
  attempt.task = run.key(task);
  attempt.kind = spec.kind;
  attempt.directory = string_or(run.about().source, "directory", "");
  attempt.token = token_of(slot, task, live->number);
  if (inputs) attempt.inputs = std::move(*inputs);
  attempt.intent = live->intent;
  if (!WEIR_BUG("a remote run is forgotten when its run is resumed")) attempt.remote = live->remote;
  if (spec.policy.timeout) attempt.deadline = live->started + *spec.policy.timeout;
  kind->second.executor->start(std::move(attempt), *this);
}

Result<json> Engine::inputs_of(const core::Run& run, core::TaskIndex task, const KindEntry& kind) {
  if (auto wanted = core::is_wanted(run, task, results_); !wanted) return std::unexpected(wanted.error());
  auto wrapped = kind.executor->takes_wrapped() ? core::Wrapped::kept : core::Wrapped::filled_in;
  auto inputs = core::render_inputs(run, task, results_, wrapped);
  if (!inputs) return inputs;
  // What was a template when the flow was checked has become a value.
  if (auto problem = core::check_inputs(kind.kind, *inputs)) {
    problem->error.message.insert(0, fmt::format("{}{}: ", run.spec(task).kind, problem->path));
    return std::unexpected(problem->error);
  }
  return inputs;
}

void Engine::proceed(AttemptId attempt) {
  auto found = proceeds_.extract(attempt);
  if (found) found.mapped()();
}

/// Timers run on monotonic time and `due` is wall-clock time: a clock that was set back postpones the timer.
void Engine::arm(RunSlot slot, Instant due, core::Input input) {
  Duration delay = std::max(Duration{0}, due - around_.clock.now());
  around_.loop.after(delay, [this, alive = alive_, slot, due, input = std::move(input)] {
    if (*alive) send(Message{slot, input, {}, {}, due});
  });
}

void Engine::end_run(RunSlot slot) {
  auto& active = *runs_[slot];
  active.lease.reset();
  active.run_slot.reset();
  if (active.run.state() == core::RunState::succeeded) results_.drop_read(active.run);
  results_.forget(active.run.about().id);
  std::erase(going_, slot);
  for (const auto& executor : executors_) executor->run_ended(slot);
  // What it held may be what other runs wait for.
  std::lock_guard lock(inbox_mutex_);
  if (!going_.empty()) post_turn();
}

void Engine::write_log(AttemptId attempt, Level level, std::string line) {
  const auto& run = this->run(attempt.run);
  const auto* live = run.live(attempt.task);
  if (!live || live->number != attempt.number) return;
  store::LogLine entry{around_.clock.now(), std::string(name_of(level)), std::move(line)};
  logging_.insert(attempt);
  around_.log.append(run.about().id, run.key(attempt.task), attempt.number, entry);
  for (auto* observer : observers_) observer->on_log(attempt.run, run, attempt.task, entry);
}

/// The run's part is the costly one.
std::string Engine::token_of(RunSlot slot, core::TaskIndex task, std::uint32_t number) const {
  auto& active = *runs_[slot];
  if (active.token.empty()) {
    active.token = token_stem(around_.store.id(), active.run.about().id);
  }
  if (WEIR_BUG("every process has tokens of its own")) return random_hex(around_.random, 20);
  if (WEIR_BUG("a retry sends the token of the first attempt")) number = 1;
  return runtime::token_of(active.token, task, number);
}

}  // namespace weir::runtime
