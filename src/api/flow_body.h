// A C++ flow body under way: what its task calls add to the engine, and what its futures wait for.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>

#include <weir/detail/body.h>
#include <weir/flow.h>

#include "api/declarations.h"
#include "runtime/engine.h"
#include "workers/function_executor.h"

namespace weir::api {

/// The body runs on a thread of its own, the engine on its loop's. Make it, observe the engine with it, then call
/// run() on the body's thread.
class FlowBody final : public detail::Body,
                       public runtime::Observer,
                       public std::enable_shared_from_this<FlowBody> {
 public:
  /// `slot` is a run that was just started, or one that was resumed: then what had finished is known from the start.
  FlowBody(runtime::Engine& engine, workers::FunctionExecutor& functions, runtime::RunSlot slot);

  /// Calls the body and closes the run's graph; what the body throws becomes the run's error.
  void run(const Flow& flow, const std::vector<json>& arguments);

  /// Nothing more will happen: whoever waits for a task gets an exception, so that the body unwinds.
  void abandon();

  std::string declare(detail::Declaration declaration) override;
  json await(const std::string& key) override;

  void on_event(runtime::RunSlot slot, const core::Run& run, const core::Event& event) override;

 private:
  struct Outcome {
    bool succeeded = false;
    json value{};
    std::string why{};
  };

  void note(const core::Run& run, core::TaskIndex task);

  runtime::Engine& engine_;
  workers::FunctionExecutor& functions_;
  const runtime::RunSlot slot_;

  Declarations declarations_;  ///< body thread only

  std::mutex mutex_{};
  std::condition_variable ended_{};
  std::map<std::string, Outcome> outcomes_{};
  bool over_ = false;
};

}  // namespace weir::api
