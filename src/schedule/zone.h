// A time zone: what the clocks on its walls show at an instant, and when they show a time. Read from the system's time
// zone database, with its rule for the years after the last entry.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "schedule/zone_rule.h"

namespace weir::schedule {

class Zone {
 public:
  /// By its name in the database: "Europe/Berlin". "UTC" and "GMT" need no database. Code::invalid for a name that cannot
  /// be one, Code::not_found for one that is not there.
  static Result<Zone> load(std::string_view name);
  static Result<Zone> load(std::string_view name, const std::filesystem::path& database);

  LocalSeconds local(Seconds at) const;

  /// The first instant at which the clocks show `local`. A time that they leap over is as much later as the leap is long:
  /// 02:30 is 03:30 on the night in which summer time begins.
  Seconds instant(LocalSeconds local) const;

 private:
  struct Change {
    Seconds at{};
    Offset offset{};  ///< east of Greenwich, from then on
  };
  static Result<Zone> read(std::string_view bytes);
  Offset offset_at(Seconds at) const;

  Offset first_{};                 ///< before all changes
  std::vector<Change> changes_{};  ///< in order
  ZoneRule rule_{};                ///< after them
};

}  // namespace weir::schedule
