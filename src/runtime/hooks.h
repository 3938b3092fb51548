// Tells somebody of every change of state of one run and of its tasks, after it is durable: what the hooks of a flow
// are made of, whatever the face. At most once: a change that was not told before the process died is not told again.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "runtime/engine.h"

namespace weir::runtime {

struct StateChange {
  std::string task{};  ///< its key; empty when it is the run itself
  core::TaskState state = core::TaskState::running;
  std::string why{};  ///< of a failure or a skip, in one line
};

/// What an event means to those who look at states only; calls `told` for each change, in order.
void for_each_change(const core::Run& run, const core::Event& event,
                     const std::function<void(StateChange)>& told);

/// Tells on a thread of its own, one change at a time, in their order; the engine waits for nobody.
class Hooks final : public Observer {
 public:
  /// Must not throw.
  using Tell = std::function<void(const StateChange&)>;

  /// The first that is told is that the run is running, in this process. Observe the engine with it.
  Hooks(RunSlot slot, Tell tell);

  ~Hooks() override { finish(); }

  /// Returns when everything has been told; nothing is told from then on.
  void finish();

  void on_event(RunSlot slot, const core::Run& run, const core::Event& event) override;

 private:
  void push(StateChange change);
  void work();

  const RunSlot slot_;
  const Tell tell_;
  std::mutex mutex_{};
  std::condition_variable more_{};
  std::deque<StateChange> waiting_{};
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace weir::runtime
