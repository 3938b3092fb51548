// A C++ flow body under way: what its task calls add to the engine, and what its futures wait for. It keeps no results:
// those that are asked for come from the engine's thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>

#include <weir/detail/body.h>
#include <weir/flow.h>

#include "api/declarations.h"
#include "api/flow_hooks.h"
#include "api/task_ends.h"
#include "runtime/engine.h"
#include "workers/function_executor.h"

namespace weir::api {

/// The body runs on a thread of its own, the engine on its loop's. Make it, observe the engine with it, then call
/// run() on the body's thread.
class FlowBody final : public detail::Body,
                       public runtime::Observer,
                       public std::enable_shared_from_this<FlowBody> {
 public:
  /// `slot` is a run that was just started, or one that goes on: then what had finished is known from the start.
  /// `hooks` outlives the body's run.
  FlowBody(Loop& loop, runtime::Engine& engine, workers::FunctionExecutor& functions, FlowHooks& hooks,
           runtime::RunSlot slot);

  /// `choose` is told what the body says of its workspace, on the body's thread, and answers with what is wrong about
  /// it. Without a word of the body (an empty one) it is called when the body first waits, ends or is abandoned: tasks
  /// may wait for the choice. Set it before run().
  using Choose = std::function<std::optional<std::string>(const std::map<std::string, std::string>& said)>;
  void on_workspace(Choose choose) { choose_ = std::move(choose); }

  /// Calls the body and closes the run's graph; what the body throws becomes the run's error.
  void run(const Flow& flow, const std::vector<json>& arguments);

  /// Nothing more will happen: whoever waits for a task gets an exception, so that the body unwinds.
  void abandon();

  std::string declare(detail::Declaration declaration) override;
  std::unique_ptr<detail::Ends> ends_of(std::vector<std::string> keys) override;
  State state(const std::string& key) override;
  json value(const std::string& key) override;
  void choose_workspace(std::map<std::string, std::string> said) override;
  void enter(const std::string& name) override { declarations_.enter(name); }
  void leave() override { declarations_.leave(); }

  void on_event(runtime::RunSlot slot, const core::Run& run, const core::Event& event) override;

 private:
  struct Watch;
  class OpenEnds;
  struct Outcome {
    State state = State::pending;
    json value{};
    std::string why{};  ///< it has no result
  };

  Outcome outcome_of(const std::string& key, bool with_value);  ///< engine's thread
  Outcome ask(const std::string& key, bool with_value);
  void tell(Watch& watch, const std::vector<std::size_t>& ended);
  std::size_t next_of(Watch& watch);
  void settle_workspace();

  Loop& loop_;
  runtime::Engine& engine_;
  workers::FunctionExecutor& functions_;
  FlowHooks& hooks_;
  const runtime::RunSlot slot_;

  Declarations declarations_;                      ///< body thread only
  std::vector<std::shared_ptr<Watch>> watches_{};  ///< engine's thread only

  Choose choose_{};
  std::optional<std::map<std::string, std::string>> workspace_{};  ///< body thread only
  std::atomic<bool> settled_ = false;

  std::mutex mutex_{};
  std::condition_variable changed_{};
  bool over_ = false;
};

}  // namespace weir::api
