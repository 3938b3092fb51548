// One flow run as derived from its history: the graph, the state of every task, what the attempts under way
// need, and the results that later tasks read. apply() is the only way to change what is true of a run; the
// queues of what may happen next follow from it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <queue>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/stage.h"

namespace weir::core {

/// What is known of an attempt while it is under way.
struct LiveAttempt {
  std::uint32_t number = 0;
  Instant started{};
  json intent{};         ///< null until intended
  json remote{};         ///< null until attached
  bool overdue = false;  ///< it is asked to end because its time is over
  LaneIndex lane = 0;    ///< in which it started, whatever its task has become since
};

/// What can happen to a task; the table of transitions stands at the top of run.cpp.
enum class Step : std::uint8_t {
  start,
  expand,
  succeed,
  fail,
  back_off,
  crash,
  skip,
  cancel,
  give_up,
  reopen,
  reopen_elements,
};

/// Why a task will never start.
struct Doom {
  TaskIndex task = 0;
  Verdict verdict = Verdict::upstream_failed;  ///< or skip
  TaskIndex cause = 0;
};

class Run {
 public:
  /// Derives the next state. A transition that the table in run.cpp does not list is a broken invariant.
  void apply(const Event& event);

  /// Puts the retries that are due among the tasks that may start.
  void wake(Instant now);

  const RunStarted& about() const { return about_; }
  RunState state() const { return state_; }
  Instant started() const { return started_; }
  std::optional<Instant> finished() const { return finished_; }
  bool is_closed() const { return closed_; }
  bool is_cancelling() const { return cancelling_.has_value(); }
  std::optional<CancelRequested::Reason> cancelling() const { return cancelling_; }

  /// Whether a cancel request reaches the task: it is to end, unless it cleans up.
  bool is_being_cancelled(TaskIndex task) const { return is_cancelling() && !spec(task).policy.cleanup; }
  bool is_paused() const { return paused_; }
  const std::optional<Failure>& body_error() const { return body_error_; }

  /// Stages are the declared tasks, in the order they were added.
  std::size_t stage_count() const { return stages_.size(); }
  const Stage& stage(StageIndex stage) const { return stages_[stage]; }
  StageIndex stage_of(TaskIndex task) const { return stage_of_[task]; }
  bool is_head(TaskIndex task) const { return stages_[stage_of_[task]].head == task; }
  bool is_mapped(TaskIndex task) const { return is_head(task) && stages_[stage_of_[task]].is_mapped(); }
  std::optional<std::uint32_t> element_of(TaskIndex task) const;

  /// Every task run there is: heads, each followed by its elements.
  template <class Visit>
  void for_each_task(Visit visit) const {
    for (const auto& stage : stages_) {
      visit(stage.head);
      for (std::uint32_t i = 0; i < stage.count; ++i) visit(stage.first + i);
    }
  }

  /// Task runs ever made; those of a stage that was reopened and expanded anew are not reused.
  std::size_t size() const { return states_.size(); }
  std::size_t unfinished() const { return unfinished_; }
  std::size_t unsuccessful() const { return unsuccessful_; }  ///< ended, in a way that makes the run fail
  std::string key(TaskIndex task) const;                      ///< "clean", or "clean[17]" for an element
  std::optional<TaskIndex> index_of(std::string_view key) const;
  const TaskSpec& spec(TaskIndex task) const { return *stages_[stage_of_[task]].spec; }
  bool is_external(TaskIndex task) const { return stages_[stage_of_[task]].external; }
  TaskState state(TaskIndex task) const { return states_[task]; }
  std::uint32_t attempts(TaskIndex task) const { return attempts_[task]; }
  std::uint32_t failures(TaskIndex task) const { return failures_[task]; }
  std::uint32_t worker_crashes(TaskIndex task) const;  ///< in a row

  /// Whether what is under way of the task's stage has been made pointless by a change and is to end. Nothing of the
  /// stage starts before it has.
  bool is_superseded(TaskIndex task) const { return is_draining(stage_of_[task]); }

  /// The stage's latest declaration, which holds from when what is under way of an older one has ended.
  const TaskSpec& declared(StageIndex stage) const;

  /// Whether the stage, or one that follows from it, is `other`.
  bool leads_to(StageIndex stage, StageIndex other) const;
  bool is_cached(TaskIndex task) const { return cached_from_.contains(task); }

  /// nullptr when there is none. The value of a mapped task is the array of its elements' values, null for
  /// those without one; it is put together when somebody reads it.
  const LiveAttempt* live(TaskIndex task) const;
  const std::unordered_map<TaskIndex, LiveAttempt>& live() const { return live_; }
  const json* value(TaskIndex task) const;
  const Failure* failure(TaskIndex task) const;   ///< of the last failed attempt
  const json* remote(TaskIndex task) const;       ///< of the last attempt that had one
  const std::string* note(TaskIndex task) const;  ///< why it was skipped

  /// From the start of the first attempt to the end of the last; nullopt before the first.
  std::optional<Instant> task_started(TaskIndex task) const;
  std::optional<Instant> task_ended(TaskIndex task) const;

  /// Of tasks that have ended, those with a lower number ended earlier.
  std::uint32_t end_order(TaskIndex task) const { return end_order_[task]; }
  std::optional<Instant> retry_due(TaskIndex task) const;

  /// Consequences that wait to be decided, oldest first. apply() takes a task out when it leaves `pending`.
  std::optional<Doom> next_doomed() const;
  std::optional<TaskIndex> next_to_expand() const;  ///< head of a mapped task
  std::optional<TaskIndex> next_complete() const;   ///< head of a mapped task whose elements have ended

  /// Tasks that may start. Entries can be stale: see may_start. Taking one out changes nothing that is true.
  ReadyQueue& ready() { return ready_; }
  const ReadyQueue& ready() const { return ready_; }
  bool may_start(TaskIndex task) const;

 private:
  void on(const RunStarted&, Instant);
  void on(const TaskAdded&, Instant);
  void on(const GraphClosed&, Instant);
  void on(const StageExpanded&, Instant);
  void on(const StageEnded&, Instant);
  void on(const AttemptStarted&, Instant);
  void on(const AttemptIntended&, Instant);
  void on(const AttemptAttached&, Instant);
  void on(const AttemptOverdue&, Instant);
  void on(const AttemptSucceeded&, Instant);
  void on(const AttemptFailed&, Instant);
  void on(const AttemptCrashed&, Instant);
  void on(const AttemptSkipped&, Instant);
  void on(const AttemptCancelled&, Instant);
  void on(const TaskUpstreamFailed&, Instant);
  void on(const TaskSkipped&, Instant);
  void on(const TaskCached&, Instant);
  void on(const TaskCancelled&, Instant);
  void on(const CancelRequested&, Instant);
  void on(const RunPaused&, Instant);
  void on(const RunUnpaused&, Instant);
  void on(const RunResumed&, Instant);
  void on(const RunReopened&, Instant);
  void on(const TaskChanged&, Instant);
  void on(const AttemptSuperseded&, Instant);
  void on(const RunFinished&, Instant);

  void move(TaskIndex task, Step step);
  void set(TaskIndex task, TaskState state);
  void forget_retry(TaskIndex task);
  void end_attempt(TaskIndex task, Instant at);

  // run_graph.cpp: what the end of one task means for the others.
  TaskIndex add_tasks(StageIndex stage, std::uint32_t count);
  void connect(StageIndex stage);
  void finish(TaskIndex task);
  void tell_downstreams(StageIndex stage, bool by_element);
  void consider(StageIndex stage);
  void consider_element(StageIndex stage, std::uint32_t element);
  void count_end(Tally& tally, TaskIndex upstream) const;
  Verdict head_verdict(const Stage& stage) const;
  bool any_begun(const Stage& stage) const;
  Verdict element_verdict(const Stage& stage, std::uint32_t element) const;
  TaskIndex cause_of(const Stage& stage, std::optional<std::uint32_t> element, Verdict verdict) const;
  void drop_settled();

  // run_reopen.cpp: a finished run goes on.
  class Reopening;

  // run_change.cpp: tasks that are declared otherwise than before.
  struct Change {
    std::shared_ptr<const TaskSpec> spec{};
    bool external = false;
  };
  bool is_draining(StageIndex stage) const { return !draining_.empty() && draining_.contains(stage); }
  std::unordered_set<StageIndex> followers_of(StageIndex stage) const;
  void restart(StageIndex stage);
  void reset(StageIndex stage);
  void change_policy(StageIndex stage, std::shared_ptr<const TaskSpec> spec);
  void become(StageIndex stage, const Change& change);
  void connect_anew(StageIndex stage);
  void consider_all();
  void drained(TaskIndex task);
  void forget_end(TaskIndex task);

  struct Times {
    Instant first_start{};
    Instant end{};
  };
  struct DueRetry {
    Instant at;
    TaskIndex task;
    bool operator>(const DueRetry& other) const { return at > other.at; }
  };

  RunStarted about_{};
  RunState state_ = RunState::running;
  Instant started_{};
  std::optional<Instant> finished_{};
  bool closed_ = false;
  std::optional<CancelRequested::Reason> cancelling_{};
  bool paused_ = false;
  std::optional<Failure> body_error_{};

  std::vector<Stage> stages_;

  // One entry a task run, by index.
  std::vector<TaskState> states_;
  std::vector<StageIndex> stage_of_;
  std::vector<std::uint32_t> attempts_;
  std::vector<std::uint32_t> failures_;
  std::vector<Times> times_;
  std::vector<std::uint32_t> end_order_;

  // Only for those that have them.
  std::unordered_map<std::string, StageIndex> by_key_;
  std::unordered_map<TaskIndex, LiveAttempt> live_;
  mutable std::unordered_map<TaskIndex, json> values_;
  std::unordered_map<TaskIndex, json> remotes_;
  std::unordered_map<TaskIndex, Failure> last_failure_;
  std::unordered_map<TaskIndex, std::uint32_t> worker_crashes_;
  std::unordered_map<TaskIndex, std::string> notes_;
  std::unordered_map<TaskIndex, std::string> cached_from_;
  std::unordered_map<TaskIndex, Instant> retry_due_;

  // Of stages with attempts that a change has made pointless: how many have not ended, and what the stage becomes then.
  std::unordered_map<StageIndex, std::uint32_t> draining_;
  std::unordered_map<StageIndex, Change> changes_;

  // What may happen next.
  ReadyQueue ready_;
  std::unordered_set<TaskIndex> awake_;  ///< retries that are due
  std::priority_queue<DueRetry, std::vector<DueRetry>, std::greater<>> due_;
  std::deque<Doom> doomed_;
  std::deque<TaskIndex> to_expand_;
  std::deque<TaskIndex> complete_;
  std::size_t unfinished_ = 0;
  std::size_t unsuccessful_ = 0;
  std::uint32_t ends_ = 0;
};

/// A fold of apply().
Run replay(std::span<const Event> history);

}  // namespace weir::core
