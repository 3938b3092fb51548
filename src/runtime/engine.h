// The engine: takes what faces, executors and timers bring, lets the core decide, makes the facts durable in
// one transaction a turn, and only then acts on them. Batches grow by themselves under load; an idle engine
// costs one commit a step.
//
// One engine serves many runs on one Loop. Calls marked "any thread" post to it; the rest belong to its
// thread.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "core/decide.h"
#include "loop/loop.h"
#include "runtime/executor.h"
#include "store/store.h"
#include "store/task_log.h"

namespace weir::runtime {

/// Slot of a run in its engine.
using RunSlot = std::uint32_t;

/// Told about everything after it is durable; on the engine's thread, in order. Must not block.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_event(RunSlot, const core::Run&, const core::Event&) {}
  virtual void on_log(RunSlot, const core::Run&, core::TaskIndex, const store::LogLine&) {}

  /// The store failed: nothing more will be recorded or started. Ending the process and resuming is the way
  /// on.
  virtual void on_broken(const Error&) {}
};

/// What the engine needs from outside; all of it outlives the engine.
struct Surroundings {
  Loop& loop;
  const Clock& clock;
  Random& random;
  store::Store& store;
  store::TaskLog& log;
};

class Engine final : private Reports {
 public:
  Engine(Surroundings surroundings, std::vector<std::unique_ptr<Executor>> executors);
  ~Engine();
  Engine(const Engine&) = delete;

  /// The kinds of task this engine can run.
  const std::vector<core::Kind>& kinds() const { return kinds_; }

  void observe(Observer& observer) { observers_.push_back(&observer); }

  /// Creates a durable run, with `tasks` (upstreams before those that wait for them) in the same transaction.
  /// Unless `closed`, more may follow through add_task. Id and name are chosen here when empty.
  Result<RunSlot> start(core::RunStarted about, std::vector<core::TaskSpec> tasks, bool closed);

  /// Takes up a run that another process left: re-attaches external attempts, runs local ones again.
  /// Code::conflict when a living process holds it; a finished run stays as it is.
  Result<RunSlot> resume(const std::string& name_or_id);

  /// Adds a task whose upstreams were added before. A key that exists with the same declaration is the same
  /// task: that is how a flow body is replayed. An impossible task ends the run's graph with that error. Any
  /// thread.
  void add_task(RunSlot run, core::TaskSpec spec);

  /// No further task will be added; the run ends when its tasks have. Any thread.
  void close(RunSlot run, std::optional<core::Failure> error = {});

  /// Durable; the run is cancelled when every attempt has been seen to end. Any thread.
  void cancel(RunSlot run);

  /// From now on no attempt starts: this process is about to leave, and the next one goes on. Any thread.
  void hold() { starting_ = core::Starting::held; }

  const core::Run& run(RunSlot run) const;

 private:
  struct Active;
  struct Message;
  struct Turn;

  // Reports, from any thread.
  void intend(AttemptId attempt, json intent, std::function<void()> proceed) override;
  void attached(AttemptId attempt, json remote) override;
  void succeeded(AttemptId attempt, json value) override;
  void failed(AttemptId attempt, Failure failure) override;
  void cancelled(AttemptId attempt) override;
  void log(AttemptId attempt, Level level, std::string line) override;

  RunSlot adopt(core::Run run, store::RunSummary summary, std::unique_ptr<store::Lease> lease);
  void send(Message message);
  void send(RunSlot run, core::Input input);
  void turn();
  void take(Message message, Turn& turn);
  void record(Turn& turn);
  void perform(RunSlot run, const core::Command& command);
  void hand_over(RunSlot run, core::TaskIndex task);
  void proceed(AttemptId attempt);
  void arm(RunSlot run, Instant due, core::Input input);
  void write_log(AttemptId attempt, Level level, std::string line);
  Result<void> check_task(const core::Run& run, const core::TaskSpec& spec) const;
  std::string token_of(const core::Run& run, core::TaskIndex task, std::uint32_t number) const;

  Surroundings around_;
  std::vector<std::unique_ptr<Executor>> executors_;
  std::vector<core::Kind> kinds_;
  struct KindEntry {
    core::Kind kind;
    Executor* executor;
  };
  std::unordered_map<std::string, KindEntry> by_kind_;
  std::vector<Observer*> observers_;
  std::vector<std::unique_ptr<Active>> runs_;
  std::map<AttemptId, std::function<void()>> proceeds_;
  bool broken_ = false;
  std::atomic<core::Starting> starting_ = core::Starting::allowed;

  std::mutex inbox_mutex_;
  std::vector<Message> inbox_;
  bool turn_posted_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace weir::runtime
