// One run as its history tells it, by rules of its own: nothing here is shared with the code under test. Every
// event is checked against what came before it.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/event.h"
#include "rules.h"

namespace weir::sim {

/// One attempt as recorded.
struct AttemptEntry {
  enum class End : std::uint8_t {
    none,
    succeeded,
    failed,
    timed_out,
    crashed,
    skipped,
    cancelled,
    superseded
  };
  Instant started{};
  json intent{};
  json remote{};
  bool overdue = false;
  End end = End::none;
};

/// One task run: a task of its own, an element of a mapped one, or the mapped one as a whole.
struct TaskEntry {
  enum class Phase : std::uint8_t {
    waiting,
    active,    ///< an attempt is under way
    expanded,  ///< mapped: its elements are under way
    backing_off,
    succeeded,  ///< from here on terminal
    failed,
    upstream_failed,
    skipped,
    cancelled,
    dropped,  ///< was an element before its run was reopened
  };
  std::uint32_t stage = 0;
  std::optional<std::uint32_t> element{};
  Phase phase = Phase::waiting;
  std::uint32_t failures = 0;
  std::uint32_t worker_crashes = 0;  ///< in a row
  Instant retry_at{};
  std::optional<json> value{};  ///< as it was reported
  std::string file{};           ///< where it is, when it is in none but its history
  std::vector<AttemptEntry> attempts{};

  bool has_ended() const { return phase >= Phase::succeeded; }
};

std::string_view name_of(TaskEntry::Phase phase);

/// A declared task.
struct StageEntry {
  struct Upstream {
    std::uint32_t stage = 0;
    bool by_element = false;
  };
  core::TaskSpec spec{};
  bool external = false;
  core::TaskIndex head = 0;
  bool expanded = false;
  core::TaskIndex first = 0;
  std::uint32_t count = 0;
  std::vector<Upstream> upstreams{};
  bool superseded = false;                  ///< what is under way is to end, and then the stage starts anew
  std::optional<core::TaskChanged> next{};  ///< as this
};

class RunBook {
 public:
  /// Throws Violation when the event cannot follow. `latest` is the latest time the clock has shown: it may have been
  /// set back since.
  void write(const core::Event& event, Instant latest);

  const std::string& id() const { return about_.id; }
  const core::RunStarted& about() const { return about_; }
  Instant started() const { return started_; }
  std::optional<core::RunState> end() const { return end_; }
  bool is_cancelling() const { return cancelling_.has_value(); }
  bool is_paused() const { return paused_; }
  bool is_closed_anew() const { return is_closed_anew_; }  ///< by the body of this life
  std::uint32_t times_reopened() const { return times_reopened_; }

  const std::vector<TaskEntry>& tasks() const { return tasks_; }
  const StageEntry& stage_of(const TaskEntry& task) const { return stages_[task.stage]; }
  const core::Policy& policy_of(const TaskEntry& task) const { return stages_[task.stage].spec.policy; }
  std::string key(const TaskEntry& task) const;  ///< "clean", "clean[3]"
  std::optional<core::TaskIndex> index_of(const std::string& key) const;
  const AttemptEntry* find(core::TaskIndex task, std::uint32_t number) const;

  /// Whether the task could start now, as far as the run itself is concerned.
  bool may_start(const TaskEntry& task, Instant latest) const;

  /// What its executor must be given; nullopt when it cannot be filled.
  std::optional<json> inputs_of(const TaskEntry& task) const;

  /// Whether its condition holds; true without one, nullopt when it cannot be decided.
  std::optional<bool> is_wanted(const TaskEntry& task) const;

  /// Whether a change has made pointless what is under way of the task's stage.
  bool is_superseded(const TaskEntry& task) const { return stages_[task.stage].superseded; }

  /// Whether another task looks up the result.
  bool has_readers(const TaskEntry& task) const;

  /// What the history says of the declared task.
  const StageEntry* stage(const std::string& key) const;

  /// Whether a cancel request reaches the task.
  bool is_being_cancelled(const TaskEntry& task) const { return cancelling_ && !policy_of(task).cleanup; }

  /// Tasks that keep the run from ending, for messages.
  std::string unfinished() const;

 private:
  void on(const core::RunStarted&, Instant);
  void on(const core::TaskAdded&, Instant);
  void on(const core::GraphClosed&, Instant);
  void on(const core::StageExpanded&, Instant);
  void on(const core::StageEnded&, Instant);
  void on(const core::AttemptStarted&, Instant);
  void on(const core::AttemptIntended&, Instant);
  void on(const core::AttemptAttached&, Instant);
  void on(const core::AttemptOverdue&, Instant);
  void on(const core::AttemptSucceeded&, Instant);
  void on(const core::AttemptFailed&, Instant);
  void on(const core::AttemptCrashed&, Instant);
  void on(const core::AttemptSkipped&, Instant);
  void on(const core::AttemptCancelled&, Instant);
  void on(const core::TaskUpstreamFailed&, Instant);
  void on(const core::TaskSkipped&, Instant);
  void on(const core::TaskCached&, Instant);
  void on(const core::TaskCancelled&, Instant);
  void on(const core::CancelRequested&, Instant);
  void on(const core::RunPaused&, Instant);
  void on(const core::RunUnpaused&, Instant);
  void on(const core::RunResumed&, Instant);
  void on(const core::RunReopened&, Instant);
  void on(const core::TaskChanged&, Instant);
  void on(const core::AttemptSuperseded&, Instant);
  void on(const core::RunFinished&, Instant);

  TaskEntry& task(core::TaskIndex index);
  AttemptEntry& live(core::TaskIndex index, std::uint32_t number);
  AttemptEntry& ending(core::TaskIndex index, std::uint32_t number);
  core::RunState expected_end() const;
  TaskEntry::Phase expected_end(const StageEntry& stage) const;

  // run_book_graph.cpp
  Fate fate_of(const TaskEntry& task) const;
  Ends ends_before(const TaskEntry& task) const;
  bool has_begun(const StageEntry& stage) const;
  bool follows_elements(const core::TaskSpec& spec, std::uint32_t upstream) const;
  std::optional<json> look_up(const TaskEntry& task, const core::Path& path) const;
  std::optional<json> result_of(const std::string& key) const;
  std::optional<json> mapped_over(const TaskEntry& head) const;
  std::optional<json> item_of(const TaskEntry& task) const;
  std::optional<std::uint32_t> elements_of(const TaskEntry& head) const;
  void connect_all();
  bool has_active(const StageEntry& stage) const;
  void start_anew(std::uint32_t stage);
  void maybe_drained(std::uint32_t stage);
  void reopen(core::TaskIndex index);
  void reopen_stage(std::uint32_t stage);
  void reopen_element(std::uint32_t stage, std::uint32_t element);
  void forget_end(TaskEntry& task);

  core::RunStarted about_{};
  Instant started_{};
  std::vector<StageEntry> stages_;
  std::vector<TaskEntry> tasks_;
  std::unordered_map<std::string, std::uint32_t> by_key_;
  Instant latest_{};
  bool begun_ = false;
  bool closed_ = false;
  bool is_closed_anew_ = false;
  bool body_failed_ = false;
  bool paused_ = false;
  std::optional<core::CancelRequested::Reason> cancelling_{};
  bool just_resumed_ = false;
  std::uint32_t lives_ = 1;
  std::set<std::string> declared_{};  ///< in this life
  std::uint32_t times_reopened_ = 0;
  std::optional<core::RunState> end_{};
};

}  // namespace weir::sim
