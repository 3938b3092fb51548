#include "schedule/quartz.h"

namespace weir::schedule {

using namespace std::chrono;

namespace {

bool is_working_day(sys_days day) {
  unsigned number = weekday(day).iso_encoding();
  return number <= 5;
}

/// The working day nearest to one, without leaving its month.
sys_days nearest_working_day(year_month_day day) {
  sys_days found = day;
  unsigned number = weekday(found).iso_encoding();
  sys_days last = day.year() / day.month() / std::chrono::last;
  if (number == 6) return day.day() == std::chrono::day(1) ? found + days(2) : found - days(1);
  if (number == 7) return found == last ? found - days(2) : found + days(1);
  return found;
}

sys_days last_working_day(year_month of) {
  sys_days found = of / last;
  while (!is_working_day(found)) found -= days(1);
  return found;
}

/// The first set bit from `at` on.
template <std::size_t n>
std::optional<std::size_t> first_from(const std::bitset<n>& set, std::size_t at) {
  for (; at < n; ++at)
    if (set[at]) return at;
  return std::nullopt;
}

}  // namespace

bool Quartz::has_day(local_days at) const {
  year_month_day day{at};
  auto year = static_cast<std::size_t>(int{day.year()} - year_min);
  if (!years_[year] || !months_[unsigned{day.month()}]) return false;
  return days_.by_week ? has_day_of_week(day) : has_day_of_month(day);
}

bool Quartz::has_day_of_month(year_month_day day) const {
  unsigned number = unsigned{day.day()};
  if (days_.of_month[number]) return true;
  year_month of = day.year() / day.month();
  sys_days at = day;
  if (days_.before_last && at == sys_days(of / last) - days(*days_.before_last)) return true;
  if (days_.last_working && at == last_working_day(of)) return true;
  for (unsigned one = 1; days_.nearest.any() && one < days_.nearest.size(); ++one) {
    year_month_day asked = of / std::chrono::day(one);
    if (days_.nearest[one] && asked.ok() && at == nearest_working_day(asked)) return true;
  }
  return false;
}

bool Quartz::has_day_of_week(year_month_day day) const {
  unsigned number = weekday(sys_days(day)).c_encoding() + 1;
  if (days_.of_week[number]) return true;
  bool is_last = sys_days(day) + days(7) > sys_days(day.year() / day.month() / last);
  if (days_.last_of_week[number] && is_last) return true;
  unsigned nth = (unsigned{day.day()} - 1) / 7;
  return days_.nth_of_week[number * 6 + nth];
}

/// The first time of a day that is not before `time`.
std::optional<seconds> Quartz::time_from(seconds time) const {
  hh_mm_ss<seconds> from{time};
  auto hour = static_cast<std::size_t>(from.hours().count());
  auto minute = static_cast<std::size_t>(from.minutes().count());
  auto second = static_cast<std::size_t>(from.seconds().count());
  while (auto h = first_from(hours_, hour)) {
    if (*h != hour) minute = second = 0;
    while (auto m = first_from(minutes_, minute)) {
      if (*m != minute) second = 0;
      if (auto s = first_from(seconds_, second)) return hours(*h) + minutes(*m) + seconds(*s);
      minute = *m + 1;
      second = 0;
    }
    hour = *h + 1;
    minute = second = 0;
  }
  return std::nullopt;
}

std::optional<LocalSeconds> Quartz::next_after(LocalSeconds local) const {
  LocalSeconds from = std::max(local + seconds(1), LocalSeconds(local_days(year(year_min) / January / 1)));
  local_days day = floor<days>(from);
  seconds time = from - day;
  const local_days end = local_days(year(year_max + 1) / January / 1);
  for (; day < end; day += days(1), time = seconds(0))
    if (has_day(day))
      if (auto found = time_from(time)) return day + *found;
  return std::nullopt;
}

std::optional<Seconds> Quartz::next_after(Seconds at, const Zone& zone) const {
  for (auto local = next_after(zone.local(at)); local; local = next_after(*local))
    if (Seconds found = zone.instant(*local); found > at) return found;
  return std::nullopt;
}

}  // namespace weir::schedule
