// What an event means to those who look at states only: the hooks of every face, and workers that ask to be told. It is
// told after the event is durable, at most once: what was not told before the process died is not told again.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/run.h"

namespace weir::runtime {

/// A run, or a task of it, has come to another state. Good while the event is being told.
class StateChange {
 public:
  StateChange(const core::Run& run, const core::Event& event, std::optional<core::TaskIndex> task,
              core::TaskState state)
      : run_(run), event_(event), task_(task), state_(state) {}

  const core::Run& run() const { return run_; }
  const std::optional<core::TaskIndex>& task() const { return task_; }  ///< nullopt: it is the run itself
  core::TaskState state() const { return state_; }  ///< of a run: the one of the same name

  std::string key() const;  ///< of the task; empty for the run

  /// Of a failure or a skip, in one line; otherwise empty.
  std::string why() const;

 private:
  const core::Run& run_;
  const core::Event& event_;
  std::optional<core::TaskIndex> task_;
  core::TaskState state_;
};

/// Calls `told` for each change that the event brings, in order. `run` is the state after it.
void for_each_change(const core::Run& run, const core::Event& event,
                     const std::function<void(const StateChange&)>& told);

}  // namespace weir::runtime
