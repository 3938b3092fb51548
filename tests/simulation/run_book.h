// One run as its history tells it, by rules of its own: nothing here is shared with the code under test. Every
// event is checked against what came before it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/event.h"
#include "violation.h"

namespace weir::sim {

/// One attempt as recorded.
struct AttemptEntry {
  enum class End : std::uint8_t { none, succeeded, failed, timed_out, crashed, cancelled };
  Instant started{};
  json intent{};
  json remote{};
  End end = End::none;
};

struct TaskEntry {
  enum class Phase : std::uint8_t {
    waiting,
    active,
    backing_off,
    succeeded,  ///< from here on terminal
    failed,
    upstream_failed,
    skipped,
    cancelled,
  };
  core::TaskSpec spec{};
  bool external = false;
  Phase phase = Phase::waiting;
  std::uint32_t failures = 0;
  Instant retry_at{};
  json value{};
  std::vector<AttemptEntry> attempts{};

  bool has_ended() const { return phase >= Phase::succeeded; }
};

std::string_view name_of(TaskEntry::Phase phase);

class RunBook {
 public:
  /// Throws Violation when the event cannot follow.
  void write(const core::Event& event);

  const std::string& id() const { return about_.id; }
  const core::RunStarted& about() const { return about_; }
  std::optional<core::RunState> end() const { return end_; }
  bool is_cancelling() const { return cancelling_; }
  const std::vector<TaskEntry>& tasks() const { return tasks_; }
  const TaskEntry* find(const std::string& key) const;
  const AttemptEntry* find(const std::string& key, std::uint32_t number) const;

  /// Tasks that keep the run from ending, for messages.
  std::string unfinished() const;

 private:
  void on(const core::RunStarted&, Instant);
  void on(const core::TaskAdded&, Instant);
  void on(const core::GraphClosed&, Instant);
  void on(const core::AttemptStarted&, Instant);
  void on(const core::AttemptIntended&, Instant);
  void on(const core::AttemptAttached&, Instant);
  void on(const core::AttemptOverdue&, Instant);
  void on(const core::AttemptSucceeded&, Instant);
  void on(const core::AttemptFailed&, Instant);
  void on(const core::AttemptCrashed&, Instant);
  void on(const core::AttemptCancelled&, Instant);
  void on(const core::TaskUpstreamFailed&, Instant);
  void on(const core::TaskCancelled&, Instant);
  void on(const core::CancelRequested&, Instant);
  void on(const core::RunResumed&, Instant);
  void on(const core::RunFinished&, Instant);
  void on(const auto&, Instant) { demand(false, "an event that no simulated run should bring"); }
  void cancel(TaskEntry& entry);

  TaskEntry& task(core::TaskIndex index);
  AttemptEntry& live(core::TaskIndex index, std::uint32_t number);
  core::RunState expected_end() const;

  core::RunStarted about_{};
  std::vector<TaskEntry> tasks_;
  std::unordered_map<std::string, core::TaskIndex> by_key_;
  bool begun_ = false;
  bool closed_ = false;
  bool body_failed_ = false;
  bool cancelling_ = false;
  bool just_resumed_ = false;
  std::optional<core::RunState> end_{};
};

}  // namespace weir::sim
