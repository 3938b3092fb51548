// Runs tasks of kind `flow`: another flow file, as a run of its own, a child run.
//
//   load: {flow: {file: load.yaml, parameters: {day: "{{ parameters.day }}"}}}
//
// That run is like any other: it is listed with its parent, it can be watched and cancelled, and its id is durable
// before it starts. A parent that is resumed finds it again by that id and goes on with it, or takes its result.
// The value holds the results of the tasks that no other task needs, by their keys.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <unordered_map>

#include "runtime/engine.h"

namespace weir::workers {

/// Flows that run each other, one inside the other.
constexpr std::int64_t flow_nesting_max = 16;

const core::Kind& flow_kind();

/// Reads a flow file; the error holds everything that is wrong with it.
using ReadFlow = std::function<Result<core::FlowSpec>(const std::filesystem::path& file,
                                                      std::span<const core::Kind> kinds)>;

/// Belongs to one engine, whose runs it starts; everything happens on the engine's thread.
class FlowExecutor final : public runtime::Executor, private runtime::Observer {
 public:
  FlowExecutor(Loop& loop, const Clock& clock, Random& random, ReadFlow read_flow);
  ~FlowExecutor() override { *alive_ = false; }

  /// To be called once, before a run is started.
  void serve(runtime::Engine& engine);

  std::vector<core::Kind> kinds() const override { return {flow_kind()}; }
  void start(runtime::Attempt attempt, runtime::Reports& reports) override;
  void cancel(runtime::AttemptId attempt) override;

  /// Results of the inner run, which may be wrapped.
  bool makes_wrapped() const override { return true; }

 private:
  /// An attempt under way, and the run that does its work.
  struct Child {
    runtime::Attempt attempt{};
    runtime::Reports* reports = nullptr;
    std::string run_id{};
    bool may_exist = false;  ///< an earlier process may have started the run
    std::optional<runtime::RunSlot> slot{};
    bool is_cancelled = false;
  };

  void on_event(runtime::RunSlot slot, const core::Run& run, const core::Event& event) override;

  void later(Duration delay, runtime::AttemptId attempt, void (FlowExecutor::*work)(Child&));
  void take_up(Child& child);
  void begin(Child& child);
  Result<runtime::RunSlot> start_run(const Child& child);
  void follow(Child& child, runtime::RunSlot slot);
  void report_end(Child& child, const core::Run& run);
  void give_up(Child& child, const Error& error);

  /// The attempt has ended: nothing more is known of it.
  void forget(const Child& child);

  Loop& loop_;
  const Clock& clock_;
  Random& random_;
  ReadFlow read_flow_;
  runtime::Engine* engine_ = nullptr;
  std::map<runtime::AttemptId, Child> children_;
  std::unordered_map<runtime::RunSlot, runtime::AttemptId> by_slot_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace weir::workers
