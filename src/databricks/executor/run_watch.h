// Decides when each run of a session is looked at. A young run is asked for alone, soon and then less and less often.
// When many are watched, those that are asked for rarely are looked at together: see RollCall.
#pragma once

#include <optional>
#include <set>
#include <utility>

#include "databricks/executor/roll_call.h"
#include "databricks/executor/watched_run.h"

namespace weir::databricks {

/// Loop thread only. A watched run leaves before it is destroyed.
class RunWatch {
 public:
  explicit RunWatch(Session& session);
  ~RunWatch();
  RunWatch(const RunWatch&) = delete;

  /// The first look comes at once, unless there is a crowd: false then, and the run waits for the roll call.
  bool enter(WatchedRun& run, std::int64_t run_id, std::uint64_t seed);

  /// What a look found: a run that goes on, and when it started (0: not said). There will be another look.
  void goes_on(WatchedRun& run, std::int64_t started_ms);

  /// A look found nothing out. There will be another one, not before `at_least` has passed.
  void failed(WatchedRun& run, Duration at_least);

  void hurry(WatchedRun& run);  ///< something is expected to happen: looked at as often as a young run
  void leave(WatchedRun& run);

 private:
  using Tick = std::chrono::steady_clock::time_point;
  using Place = WatchedRun::Place;

  std::size_t alone() const { return due_.size() + asked_; }
  bool is_crowded() const;
  bool is_for_roll(const WatchedRun& run) const;
  double calls_per_second() const;
  Duration interval_of(WatchedRun& run) const;
  void look_later(WatchedRun& run, Duration delay);
  void ask(WatchedRun& run, Urgency urgency);
  void take_out(WatchedRun& run);
  void set_timer();
  void look_at_due();

  Session& session_;
  std::set<std::pair<Tick, WatchedRun*>> due_{};  ///< runs on their own, by the time of their next look
  std::size_t asked_ = 0;                         ///< more of them: their answer is on its way
  RollCall roll_;
  std::optional<Loop::TimerId> timer_{};
};

}  // namespace weir::databricks
