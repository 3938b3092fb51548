// The rule of a time zone for the years to come, as POSIX writes it in TZ: "CET-1CEST,M3.5.0,M10.5.0/3".
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace weir::schedule {

using Seconds = std::chrono::sys_seconds;
using LocalSeconds = std::chrono::local_seconds;
using Offset = std::chrono::seconds;

class ZoneRule {
 public:
  ZoneRule() = default;  ///< Greenwich's

  /// nullopt when it is no such text.
  static std::optional<ZoneRule> parse(std::string_view text);

  Offset offset_at(Seconds at) const;  ///< east of Greenwich

 private:
  friend class ZoneRuleReader;

  /// A day of the year and the time on it, by the clocks as they are until then.
  struct Switch {
    enum class Kind : std::uint8_t { week_of_month, day_without_leap, day } kind = Kind::day;
    int month = 0;
    int week = 0;  ///< 5: the last
    int day = 0;   ///< of the week (0 is Sunday), or of the year
    Offset time = std::chrono::hours(2);
  };
  static Seconds day_of(const Switch& when, std::chrono::year year);

  Offset standard_{};
  Offset summer_{};
  bool has_summer_ = false;
  Switch begin_{};
  Switch end_{};
};

}  // namespace weir::schedule
