// Starts runs of jobs when their timetables say so. What fell into a time in which no server ran is not made up for: the
// next time counts.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "loop/loop.h"
#include "workspace/jobs/settings/job_store.h"
#include "workspace/jobs/settings/timetable.h"

namespace weir::workspace {

/// Loop thread only.
class Scheduler {
 public:
  using Start = std::function<void(const Job& job)>;

  /// `start` is called for a job whose time has come.
  Scheduler(Loop& loop, State& state, const Clock& clock, Start start);
  ~Scheduler();

  Result<void> recover();        ///< finds all jobs that start by themselves. Once, before anything else
  void changed(const Job& job);  ///< made, or with other settings
  void removed(std::int64_t job_id);
  void look();  ///< starts what is due. The timer calls it, and a test that moved the clock

  std::optional<std::int64_t> next_of(std::int64_t job_id) const;  ///< when it starts by itself, in ms

 private:
  struct Entry {
    Timetable timetable{};
    std::int64_t next_ms = 0;
  };
  void start(std::int64_t job_id, Entry& entry);
  void arm();
  std::int64_t now_ms() const { return to_millis(clock_.now()); }

  Loop& loop_;
  JobStore jobs_;
  const Clock& clock_;
  Start start_;
  std::map<std::int64_t, Entry> entries_;  ///< by job
  std::optional<Loop::TimerId> timer_{};
};

}  // namespace weir::workspace
