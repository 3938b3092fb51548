// When a job starts by itself: its `schedule`, or the period of its `trigger`. What starts by files, tables or models is
// kept, and starts nothing here.
#pragma once

#include <cstdint>
#include <optional>

#include "base/json.h"
#include "schedule/quartz.h"
#include "workspace/rest/answer.h"

namespace weir::workspace {

class Timetable {
 public:
  /// nullopt for a job that does not start by itself, or is paused. `settings` are normalized; `since_ms` is when the job
  /// was made: periods are counted from it.
  static Answer<std::optional<Timetable>> read(const JsonObject& settings, std::int64_t since_ms);

  /// nullopt when there is no further time.
  std::optional<std::int64_t> next_after(std::int64_t at_ms) const;

 private:
  std::optional<schedule::Quartz> cron_{};
  schedule::Zone zone_{};
  std::int64_t since_ms_ = 0;
  std::int64_t period_ms_ = 0;
};

/// Refuses a schedule that says no time, a zone that does not exist, a period that is none, and several of `schedule`,
/// `trigger` and `continuous` at once. Adds the default of pause_status.
Answer<void> check_timetable(JsonObject& settings);

}  // namespace weir::workspace
