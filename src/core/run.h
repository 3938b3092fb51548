// One flow run as derived from its history: the graph, the state of every task, what the attempts under way
// need, and the results that later tasks read. apply() is the only way to change it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/event.h"

namespace weir::core {

/// What is known of an attempt while it is under way.
struct LiveAttempt {
  std::uint32_t number = 0;
  Instant started{};
  json inputs{};
  json intent{};  ///< null until intended
  json remote{};  ///< null until attached
};

/// What can happen to a task; the table of transitions stands at the top of run.cpp.
enum class Step : std::uint8_t { start, succeed, fail, back_off, crash, cancel, give_up };

class Run {
 public:
  /// Derives the next state. A transition that the table in run.cpp does not list is a broken invariant.
  void apply(const Event& event);

  const RunStarted& about() const { return about_; }
  RunState state() const { return state_; }
  Instant started() const { return started_; }
  std::optional<Instant> finished() const { return finished_; }
  bool is_closed() const { return closed_; }
  bool is_cancelling() const { return cancelling_; }
  const std::optional<Failure>& body_error() const { return body_error_; }

  std::size_t size() const { return specs_.size(); }
  std::size_t unfinished() const { return unfinished_; }
  std::optional<TaskIndex> index_of(std::string_view key) const;
  const TaskSpec& spec(TaskIndex task) const { return specs_[task]; }
  bool is_external(TaskIndex task) const { return external_[task]; }
  TaskState state(TaskIndex task) const { return states_[task]; }
  std::uint32_t attempts(TaskIndex task) const { return attempts_[task]; }
  std::uint32_t failures(TaskIndex task) const { return failures_[task]; }
  std::span<const TaskIndex> upstreams(TaskIndex task) const { return upstreams_[task]; }

  /// nullptr when there is none.
  const LiveAttempt* live(TaskIndex task) const;
  const json* value(TaskIndex task) const;
  const Failure* failure(TaskIndex task) const;  ///< of the last failed attempt
  const json* remote(TaskIndex task) const;      ///< of the last attempt that had one

  /// From the start of the first attempt to the end of the last; nullopt before the first.
  std::optional<Instant> task_started(TaskIndex task) const;
  std::optional<Instant> task_ended(TaskIndex task) const;
  std::optional<Instant> retry_due(TaskIndex task) const;

  /// Consequences that wait to be decided, oldest first: tasks whose upstreams have all succeeded, and tasks
  /// with an upstream that did not. apply() takes a task out when it leaves `pending`.
  std::optional<TaskIndex> next_ready() const;
  std::optional<std::pair<TaskIndex, TaskIndex>> next_doomed() const;  ///< task and cause

 private:
  void on(const RunStarted&, Instant);
  void on(const TaskAdded&, Instant);
  void on(const GraphClosed&, Instant);
  void on(const AttemptStarted&, Instant);
  void on(const AttemptIntended&, Instant);
  void on(const AttemptAttached&, Instant);
  void on(const AttemptSucceeded&, Instant);
  void on(const AttemptFailed&, Instant);
  void on(const AttemptCrashed&, Instant);
  void on(const AttemptCancelled&, Instant);
  void on(const TaskUpstreamFailed&, Instant);
  void on(const TaskCancelled&, Instant);
  void on(const CancelRequested&, Instant);
  void on(const RunResumed&, Instant);
  void on(const RunFinished&, Instant);

  void move(TaskIndex task, Step step);
  void end_attempt(TaskIndex task, Instant at);
  void finish(TaskIndex task);
  void notice(TaskIndex task, TaskIndex upstream);
  void drop_settled();

  struct Times {
    Instant first_start{};
    Instant end{};
  };

  RunStarted about_{};
  RunState state_ = RunState::running;
  Instant started_{};
  std::optional<Instant> finished_{};
  bool closed_ = false;
  bool cancelling_ = false;
  std::optional<Failure> body_error_{};

  // One entry a task, by index.
  std::vector<TaskSpec> specs_;
  std::vector<TaskState> states_;
  std::vector<std::uint32_t> waiting_;  ///< upstreams that have not succeeded yet
  std::vector<std::uint32_t> attempts_;
  std::vector<std::uint32_t> failures_;
  std::vector<bool> external_;
  std::vector<std::vector<TaskIndex>> upstreams_;
  std::vector<std::vector<TaskIndex>> downstreams_;

  // Only for the tasks that have them.
  std::unordered_map<std::string, TaskIndex> by_key_;
  std::unordered_map<TaskIndex, LiveAttempt> live_;
  std::unordered_map<TaskIndex, json> values_;
  std::unordered_map<TaskIndex, json> remotes_;
  std::unordered_map<TaskIndex, Failure> last_failure_;
  std::unordered_map<TaskIndex, Times> times_;
  std::unordered_map<TaskIndex, Instant> retry_due_;

  std::deque<TaskIndex> ready_;
  std::deque<std::pair<TaskIndex, TaskIndex>> doomed_;
  std::size_t unfinished_ = 0;
};

/// A fold of apply().
Run replay(std::span<const Event> history);

}  // namespace weir::core
