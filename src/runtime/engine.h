// The engine: takes what faces, people, executors and timers bring, lets the core decide, makes the facts
// durable in one transaction a turn, and only then acts on them. Batches grow by themselves under load; an
// idle engine costs one commit a step.
//
// One engine serves many runs on one Loop. Calls marked "any thread" post to it; the rest belong to its
// thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "core/decide.h"
#include "loop/loop.h"
#include "runtime/executor.h"
#include "runtime/results.h"
#include "runtime/room.h"
#include "runtime/waiting_lines.h"
#include "store/store.h"
#include "store/task_log.h"

namespace weir::runtime {

/// Slot of a run in its engine.
using RunSlot = std::uint32_t;

/// Told about everything after it is durable; on the engine's thread, in order. Must not block.
class Observer {
 public:
  virtual ~Observer() = default;

  /// `run` is the state after the whole turn that brought the event.
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
  store::SlotLocks& locks;
  store::TaskLog& log;
  store::ResultFiles& results;
  std::size_t inline_value_bytes_max = core::inline_value_bytes_max;  ///< larger results go into files
};

/// What a request to a run, possibly from another process, asks for. The body in the store is {"do": name}.
enum class Ask : std::uint8_t { cancel, pause, unpause };
json to_json(Ask ask);

class Engine final : private Reports {
 public:
  Engine(Surroundings surroundings, std::vector<std::unique_ptr<Executor>> executors);
  ~Engine();
  Engine(const Engine&) = delete;

  /// The kinds of task this engine can run.
  const std::vector<core::Kind>& kinds() const { return kinds_; }

  void observe(Observer& observer) { observers_.push_back(&observer); }

  /// Creates a durable run, with `tasks` (upstreams before those that wait for them) in the same transaction.
  /// Unless `closed`, more may follow through add_task. Id and name are chosen here when empty. Code::conflict
  /// when the flow allows no further run now and does not want to wait.
  Result<RunSlot> start(core::RunStarted about, std::vector<core::TaskSpec> tasks, bool closed);

  /// Takes up a run that another process left: re-attaches external attempts, runs local ones again. It ends after the
  /// flow body that will be replayed, if it has one. Code::conflict when a living process holds it; a finished run stays
  /// as it is.
  using HasBody = std::function<bool(const core::RunStarted&)>;
  Result<RunSlot> resume(const std::string& name_or_id, const HasBody& has_body = {});

  /// Goes on with a finished run: runs `from` again and what follows from it, or, when it is empty, all that
  /// did not succeed. Keeps the rest. `open`: a flow body will be replayed. Code::conflict for a run that has
  /// not finished, Code::not_found for a task it does not have, Code::invalid when there is nothing to do.
  Result<RunSlot> again(const std::string& name_or_id, const std::vector<std::string>& from, bool open);

  /// Adds a task whose upstreams were added before. A key that exists with the same declaration is the same
  /// task: that is how a flow body is replayed. Declared otherwise than in an earlier life of the run, it and what
  /// follows from it run again; with another policy alone, that holds from now on. An impossible task, or two
  /// declarations of one key in one life, end the run's graph with that error, which names `place` when there is one:
  /// where the author declared it. Any thread.
  void add_task(RunSlot run, core::TaskSpec spec, std::string place = {});

  /// No further task will be added; the run ends when its tasks have. Any thread.
  void close(RunSlot run, std::optional<core::Failure> error = {});

  /// Durable. A run is cancelled when every attempt has been seen to end; a paused one starts nothing. Any
  /// thread.
  void ask(RunSlot run, Ask ask);
  void cancel(RunSlot run) { ask(run, Ask::cancel); }

  /// From now on, requests that other processes leave in the store for the runs of this engine are obeyed.
  void serve_requests();

  /// From now on no attempt starts, save the clean-up of a run that is being cancelled: this process is about to
  /// leave, and the next one goes on. Any thread.
  void hold();

  const core::Run& run(RunSlot run) const;

  /// The result of a task that has one, with everything filled in that is kept elsewhere.
  Result<json> result(RunSlot run, core::TaskIndex task);

  /// `value`, which has results of the run `from` in it, becomes one of the run `to`: their files with it.
  Result<void> hand_on(const json& value, RunSlot from, RunSlot to);

  /// Whether the run waits for other runs of its flow to end.
  bool is_queued(RunSlot run) const;

 private:
  struct Active;
  struct Message;
  struct Turn;
  struct KindEntry {
    core::Kind kind;
    Executor* executor;
  };

  // engine_reports.cpp: reports, from any thread.
  void intend(AttemptId attempt, json intent, std::function<void()> proceed) override;
  void attached(AttemptId attempt, json remote) override;
  void succeeded(AttemptId attempt, json value) override;
  void failed(AttemptId attempt, Failure failure) override;
  void cancelled(AttemptId attempt) override;
  void lost(AttemptId attempt) override;
  void skipped(AttemptId attempt, std::string reason) override;
  void log(AttemptId attempt, Level level, std::string line) override;
  void send(Message message);
  void send(RunSlot run, core::Input input);

  // engine.cpp: which runs there are.
  RunSlot adopt(core::Run run, store::RunSummary summary, std::unique_ptr<store::Lease> lease);
  Result<void> check_task(const core::Run& run, const core::TaskSpec& spec);
  Result<void> check_declaration(const core::Run& run, const core::TaskSpec& spec);
  Result<std::unique_ptr<store::SlotHold>> take_run_slot(const core::RunStarted& about);
  Executor* executor_of(const std::string& kind) const;
  RunSlot slot_of(const core::Run& run) const;

  // engine_values.cpp: results that do not fit in a history.
  void report_value(AttemptId attempt, json value);
  core::Input taken(RunSlot run, core::Succeeded report, core::ValueShape shape);
  bool is_synced(RunSlot run) const;
  void keep_values(RunSlot run, const core::Event& event, Turn& turn);
  void break_down(const Error& error);

  // engine_turn.cpp: from what came to what is durable.
  void post_turn();
  void turn();
  void take(Message message, Turn& turn);
  void take_requests(Turn& turn);
  void settle_all(Turn& turn, bool held);
  void keep(RunSlot run, Turn& turn);
  void record(Turn& turn);
  void look_for_requests();

  // engine_declare.cpp: what a declaration comes to, and what has to be made again for it.
  bool is_there(const core::Run& run, const core::StoredValue& stored);
  bool is_lost(const core::Run& run, const core::Stage& stage);
  std::vector<core::ChangeTask> made_again(const core::Run& run, std::vector<core::TaskIndex> tasks);
  std::vector<core::TaskIndex> lost_inputs(const core::Run& run, const core::TaskSpec& spec);
  std::vector<core::ChangeTask> lost_since(RunSlot slot, const core::TaskSpec& spec);
  std::vector<core::ChangeTask> lost_before(const Active& active, const core::Input& input);
  void ask_for_lost(RunSlot run);
  std::optional<core::Input> checked(Active& active, core::AddTask add);
  std::optional<core::Input> changed(Active& active, core::TaskIndex task, const core::AddTask& add);

  // perform.cpp: from what is durable to what is done.
  void perform(RunSlot run, const core::Command& command);
  void hand_over(RunSlot run, core::TaskIndex task);
  Result<json> inputs_of(const core::Run& run, core::TaskIndex task, const KindEntry& kind);
  void proceed(AttemptId attempt);
  void arm(RunSlot run, Instant due, core::Input input);
  void end_run(RunSlot run);
  void write_log(AttemptId attempt, Level level, std::string line);
  std::string token_of(RunSlot run, core::TaskIndex task, std::uint32_t number) const;

  Surroundings around_;
  std::vector<std::unique_ptr<Executor>> executors_;
  std::vector<core::Kind> kinds_;
  std::unordered_map<std::string, KindEntry> by_kind_;
  Results results_;
  Room room_;
  std::vector<Observer*> observers_;
  std::unique_ptr<Turn> turn_;
  std::vector<std::unique_ptr<Active>> runs_;
  std::vector<RunSlot> going_;  ///< runs that have not finished
  std::map<AttemptId, std::function<void()>> proceeds_;
  std::set<AttemptId> logging_;  ///< attempts under way that have logged something
  std::int64_t last_request_ = 0;
  bool serving_requests_ = false;
  bool may_have_requests_ = true;  ///< others have written since they were read
  bool broken_ = false;
  bool asking_again_ = false;  ///< a timer will ask other processes' slots again

  /// Of each run, for whoever reports a large result.
  struct Place {
    std::string run_id{};
    bool sync = false;
  };

  std::mutex inbox_mutex_;
  std::vector<Place> places_;  ///< by slot
  std::vector<Message> inbox_;
  WaitingLines lines_;                       ///< those in the inbox
  std::condition_variable lines_taken_;      ///< … have been, or the engine ends
  std::optional<std::thread::id> taken_on_;  ///< the thread of the turns; nullopt: lines are not waited for
  bool turn_posted_ = false;
  bool held_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace weir::runtime
