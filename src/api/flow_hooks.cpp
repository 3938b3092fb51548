#include "api/flow_hooks.h"

#include <cstdio>
#include <exception>

#include <fmt/format.h>

namespace weir::api {
namespace {

/// Users' code may throw anything; a hook decides nothing.
void call(const Hook& hook, const StateChange& change) {
  try {
    hook(change);
  } catch (const std::exception& error) {
    fmt::print(stderr, "a hook of flow '{}' threw: {}\n", change.flow, error.what());
  } catch (...) {
    fmt::print(stderr, "a hook of flow '{}' threw what is no std::exception\n", change.flow);
  }
}

}  // namespace

FlowHooks::FlowHooks(const Flow& flow, runtime::RunSlot slot, const core::RunStarted& about)
    : slot_(slot), hooks_(flow.hooks) {
  known_.run_id = about.id;
  known_.run_name = about.name;
  known_.flow = about.flow;
  if (!hooks_.empty()) push({known_, hooks_});
}

void FlowHooks::add(const std::string& task, std::vector<TaskHook> hooks) {
  if (hooks.empty()) return;
  std::lock_guard lock(mutex_);
  task_hooks_[task] = std::move(hooks);
}

void FlowHooks::finish() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  more_.notify_one();
  thread_.join();
}

void FlowHooks::on_event(runtime::RunSlot slot, const core::Run& run, const core::Event& event) {
  if (slot != slot_) return;
  runtime::for_each_change(run, event, [this](const runtime::StateChange& change) { note(change); });
}

void FlowHooks::note(const runtime::StateChange& change) {
  auto by = hooks_;
  if (change.task()) {
    std::lock_guard lock(mutex_);
    auto found = task_hooks_.find(change.run().spec(*change.task()).key);
    if (found != task_hooks_.end()) {
      for (const auto& hook : found->second) {
        if (core::is_for(hook.on, change.state())) by.push_back(hook.call);
      }
    }
  }
  if (by.empty()) return;
  auto told = known_;
  told.task = change.key();
  told.state = static_cast<State>(change.state());
  told.why = change.why();
  if (change.task()) told.attempts = change.run().attempts(*change.task());
  push({std::move(told), std::move(by)});
}

void FlowHooks::push(Told told) {
  {
    std::lock_guard lock(mutex_);
    if (ending_) return;
    waiting_.push_back(std::move(told));
  }
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  more_.notify_one();
}

void FlowHooks::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    more_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    auto told = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    for (const auto& hook : told.by) call(hook, told.change);
    lock.lock();
  }
}

}  // namespace weir::api
