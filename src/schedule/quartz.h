// A cron expression as Quartz writes it: second, minute, hour, day of the month, month, day of the week, and perhaps a
// year.
//
//   0 30 6 ? * MON-FRI      half past six on working days
//   0 0 0 L * ?             at the beginning of the last day of each month
//   0 0/15 8-18 ? * 6#3     every quarter of an hour from eight on, on the third Friday
#pragma once

#include <bitset>
#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "schedule/zone.h"

namespace weir::schedule {

class Quartz {
 public:
  /// The error says which field is wrong, and what it may be.
  static std::expected<Quartz, std::string> parse(std::string_view expression);

  /// The first time after `local` that the expression names; nullopt when there is none before the year 2100.
  std::optional<LocalSeconds> next_after(LocalSeconds local) const;

  /// The same on the clocks of a zone: a time that they show twice counts once, at its first; one that they leap over is
  /// later by the leap.
  std::optional<Seconds> next_after(Seconds at, const Zone& zone) const;

 private:
  friend class QuartzReader;
  static constexpr int year_min = 1970;
  static constexpr int year_max = 2099;

  /// Days that a month's own calendar decides.
  struct Days {
    std::bitset<32> of_month{};        ///< from 1
    std::bitset<32> nearest{};         ///< the working day nearest to it, within the month: 15W
    std::optional<int> before_last{};  ///< L, L-3
    bool last_working = false;         ///< LW
    std::bitset<8> of_week{};          ///< 1 is Sunday
    std::bitset<8> last_of_week{};     ///< 6L
    std::bitset<48> nth_of_week{};     ///< 6#3 is 6 * 6 + 3 - 1, …
    bool by_week = false;              ///< the days of the month are '?'
  };

  bool has_day(std::chrono::local_days day) const;
  bool has_day_of_month(std::chrono::year_month_day day) const;
  bool has_day_of_week(std::chrono::year_month_day day) const;
  std::optional<std::chrono::seconds> time_from(std::chrono::seconds time) const;

  std::bitset<60> seconds_{};
  std::bitset<60> minutes_{};
  std::bitset<24> hours_{};
  std::bitset<13> months_{};
  std::bitset<year_max - year_min + 1> years_{};
  Days days_{};
};

}  // namespace weir::schedule
