// The hooks of a C++ flow and of its tasks, at work on one run of it.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <weir/flow.h>

#include "api/task_policy.h"
#include "runtime/engine.h"
#include "runtime/state_change.h"

namespace weir::api {

/// Calls them on a thread of its own, one at a time, in the order of what they are told; the engine waits for nobody.
class FlowHooks final : public runtime::Observer {
 public:
  /// The first that is told is that the run is running, in this process. Observe the engine with it.
  FlowHooks(const Flow& flow, runtime::RunSlot slot, const core::RunStarted& about);
  ~FlowHooks() override { finish(); }

  /// Those of a task and its elements, told from now on. Any thread.
  void add(const std::string& task, std::vector<TaskHook> hooks);

  /// Returns when everything has been told; nothing is told from then on.
  void finish();

  void on_event(runtime::RunSlot slot, const core::Run& run, const core::Event& event) override;

 private:
  struct Told {
    StateChange change{};
    std::vector<Hook> by{};
  };

  void note(const runtime::StateChange& change);
  void push(Told told);
  void work();

  const runtime::RunSlot slot_;
  const std::vector<Hook> hooks_;  ///< told of everything
  StateChange known_{};            ///< what is the same in all
  std::mutex mutex_{};
  std::condition_variable more_{};
  std::map<std::string, std::vector<TaskHook>> task_hooks_{};
  std::deque<Told> waiting_{};
  bool ending_ = false;
  std::thread thread_{};  ///< from the first change that somebody is told
};

}  // namespace weir::api
