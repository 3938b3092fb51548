// For tests: one process that runs C++ flows through the real engine on a state folder. It may be given up at any
// moment and another opened on the same state.
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include <doctest/doctest.h>

#include <weir/weir.h>

#include "api/flow_body.h"
#include "api/flow_hooks.h"
#include "api/task_policy.h"
#include "base/scratch.h"
#include "workers/sleep_executor.h"

namespace weir::api::testing {

class Process final : public runtime::Observer {
 public:
  explicit Process(const std::filesystem::path& state, std::size_t threads = 4)
      : store_(store::open_sqlite_store(state, random_).value()),
        locks_(store::slot_locks_in(state / "limits")),
        log_(state / "logs"),
        results_(store::result_files_in(state / "results")) {
    auto functions = workers::make_function_executor({.threads_max = threads});
    functions_ = functions.get();
    std::vector<std::unique_ptr<runtime::Executor>> executors;
    executors.push_back(std::move(functions));
    executors.push_back(workers::make_sleep_executor());
    engine_ = std::make_unique<runtime::Engine>(
        runtime::Surroundings{*loop_, clock_, random_, *store_, *locks_, log_, *results_},
        std::move(executors));
    engine_->observe(*this);
  }

  /// Runs the flow to its end.
  const core::Run& run(const Flow& flow, JsonObject parameters = {}) {
    return see_through(flow, start(flow, std::move(parameters)));
  }

  /// Runs the flow until `until` holds, and then leaves it as a process that dies does.
  const core::Run& run_until(const Flow& flow, std::function<bool(const core::Run&)> until) {
    until_ = std::move(until);
    return see_through(flow, start(flow, {}));
  }

  const core::Run& resume(const Flow& flow, const std::string& name) {
    return see_through(flow, engine_->resume(name, [](const auto&) { return true; }).value());
  }

  runtime::Engine& engine() { return *engine_; }
  Loop& loop() { return *loop_; }
  workers::FunctionExecutor& functions() { return *functions_; }

  void on_event(runtime::RunSlot slot, const core::Run& run, const core::Event& event) override {
    if (seen) seen(slot, run, event);
    if (is_terminal(run.state()) || (until_ && until_(run))) loop_->stop();
  }
  void on_log(runtime::RunSlot, const core::Run& run, core::TaskIndex task,
              const store::LogLine& line) override {
    logged.push_back(run.key(task) + " " + line.level + " " + line.text);
  }
  void on_broken(const Error& error) override { FAIL(error.message); }

  std::function<void(runtime::RunSlot, const core::Run&, const core::Event&)> seen{};
  std::vector<std::string> logged{};

 private:
  runtime::RunSlot start(const Flow& flow, JsonObject parameters) {
    core::RunStarted about;
    describe(flow, about);
    about.parameters = std::move(parameters);
    return engine_->start(std::move(about), {}, false).value();
  }

  const core::Run& see_through(const Flow& flow, runtime::RunSlot slot) {
    auto& hooks = *hooks_.emplace_back(std::make_unique<FlowHooks>(flow, slot, engine_->run(slot).about()));
    engine_->observe(hooks);
    auto body = std::make_shared<FlowBody>(*loop_, *engine_, *functions_, hooks, slot);
    bodies_.push_back(body);
    engine_->observe(*body);
    std::vector<json> arguments;
    const auto& given = engine_->run(slot).about().parameters;
    for (const auto& parameter : flow.parameters) {
      arguments.push_back(given.contains(parameter.name) ? given.at(parameter.name) : parameter.fallback);
    }
    std::thread thread([&] { body->run(flow, arguments); });
    loop_->run();
    body->abandon();
    thread.join();
    hooks.finish();
    return engine_->run(slot);
  }

  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<Loop> loop_ = make_loop();
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::SlotLocks> locks_;
  store::TaskLog log_;
  std::unique_ptr<store::ResultFiles> results_;
  workers::FunctionExecutor* functions_ = nullptr;  ///< owned by the engine
  std::vector<std::shared_ptr<FlowBody>> bodies_;
  std::vector<std::unique_ptr<FlowHooks>> hooks_;
  std::unique_ptr<runtime::Engine> engine_;
  std::function<bool(const core::Run&)> until_;
};

/// "succeeded", by the task's key.
inline std::string_view state_of(const core::Run& run, const std::string& key) {
  auto task = run.index_of(key);
  return task ? core::name_of(run.state(*task)) : "not there";
}

inline json value_of(const core::Run& run, const std::string& key) {
  auto task = run.index_of(key);
  const json* value = task ? run.value(*task) : nullptr;
  return value ? *value : json("no value");
}

}  // namespace weir::api::testing
