#include "schedule/quartz.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace weir;
using namespace weir::schedule;
using namespace std::chrono;

namespace {

std::string show(LocalSeconds at) {
  local_days day = floor<days>(at);
  year_month_day date{day};
  hh_mm_ss time{at - day};
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", int{date.year()}, unsigned{date.month()},
                     unsigned{date.day()}, time.hours().count(), time.minutes().count(),
                     time.seconds().count());
}

LocalSeconds at(int y, unsigned m, unsigned d, int hour = 0, int minute = 0, int second = 0) {
  return local_days(year(y) / month(m) / day(d)) + hours(hour) + minutes(minute) + seconds(second);
}

/// The next `count` times after noon of Wednesday, the 14th of January 2026.
std::vector<std::string> next(std::string_view expression, int count = 1) {
  auto quartz = Quartz::parse(expression);
  REQUIRE_MESSAGE(quartz, (quartz ? "" : quartz.error()));
  std::vector<std::string> times;
  auto time = std::optional(at(2026, 1, 14, 12));
  for (int i = 0; i < count; ++i) {
    time = quartz->next_after(*time);
    if (!time) return times;
    times.push_back(show(*time));
  }
  return times;
}

using Times = std::vector<std::string>;

std::string refusal(std::string_view expression) {
  auto quartz = Quartz::parse(expression);
  return quartz ? "" : quartz.error();
}

}  // namespace

TEST_CASE("times of the day") {
  CHECK(next("0 0 12 * * ?") == Times{"2026-01-15 12:00:00"});
  CHECK(next("0 15 10 ? * *") == Times{"2026-01-15 10:15:00"});
  CHECK(next("0 0/5 14,18 * * ?", 2) == Times{"2026-01-14 14:00:00", "2026-01-14 14:05:00"});
  CHECK(next("*/20 * * * * ?", 3) ==
        Times{"2026-01-14 12:00:20", "2026-01-14 12:00:40", "2026-01-14 12:01:00"});
  CHECK(next("5 /30 * * * ?", 2) == Times{"2026-01-14 12:00:05", "2026-01-14 12:30:05"});
  CHECK(next("0 0 22-2 * * ?", 6).back() == "2026-01-15 22:00:00");
  CHECK(next("59 59 23 * * ?") == Times{"2026-01-14 23:59:59"});
}

TEST_CASE("days of the month") {
  CHECK(next("0 0 0 1 * ?") == Times{"2026-02-01 00:00:00"});
  CHECK(next("0 0 0 31 * ?", 2) == Times{"2026-01-31 00:00:00", "2026-03-31 00:00:00"});
  CHECK(next("0 0 0 L * ?", 2) == Times{"2026-01-31 00:00:00", "2026-02-28 00:00:00"});
  CHECK(next("0 0 0 L-3 * ?") == Times{"2026-01-28 00:00:00"});
  CHECK(next("0 0 0 LW * ?") == Times{"2026-01-30 00:00:00"});
  CHECK(next("0 0 0 18W * ?") == Times{"2026-01-19 00:00:00"});                           // a Sunday
  CHECK(next("0 0 0 1W * ?", 2) == Times{"2026-02-02 00:00:00", "2026-03-02 00:00:00"});  // both Sundays
  CHECK(next("0 0 0 1W 8 ?") == Times{"2026-08-03 00:00:00"});  // a Saturday: not back into July
  CHECK(next("0 0 0 29 FEB ?") == Times{"2028-02-29 00:00:00"});
  CHECK(next("0 0 0 1,15-16/1 * ?", 3).back() == "2026-02-01 00:00:00");
}

TEST_CASE("days of the week") {
  CHECK(next("0 30 6 ? * MON-FRI", 3).back() == "2026-01-19 06:30:00");
  CHECK(next("0 0 0 ? * 1") == Times{"2026-01-18 00:00:00"});
  CHECK(next("0 0 0 ? * FRI-MON", 5).back() == "2026-01-23 00:00:00");
  CHECK(next("0 0 0 ? * 6L") == Times{"2026-01-30 00:00:00"});
  CHECK(next("0 0 0 ? * friL") == Times{"2026-01-30 00:00:00"});
  CHECK(next("0 0 0 ? * 6#3", 2) == Times{"2026-01-16 00:00:00", "2026-02-20 00:00:00"});
  CHECK(next("0 0 0 ? * 7#5") == Times{"2026-01-31 00:00:00"});
  CHECK(next("0 0 0 ? * L") == Times{"2026-01-17 00:00:00"});
}

TEST_CASE("months and years") {
  CHECK(next("0 0 0 1 4/4 ?", 3).back() == "2026-12-01 00:00:00");
  CHECK(next("0 0 0 1 jan ? 2030-2031", 3) == Times{"2030-01-01 00:00:00", "2031-01-01 00:00:00"});
  CHECK(next("0 0 0 1 1 ? 2025").empty());
  CHECK(next("0 0 0 30 2 ?").empty());
}

TEST_CASE("what is no expression is told with its field") {
  CHECK(refusal("0 0 12 * *").find("it has 5 fields") != std::string::npos);
  CHECK(refusal("").find("it has 0 fields") != std::string::npos);
  CHECK(refusal("0 0 12 * * *").find("must be '?'") != std::string::npos);
  CHECK(refusal("0 0 12 ? * ?").find("must be '?'") != std::string::npos);
  CHECK(refusal("0 60 12 * * ?") == "'60' is no minutes: it may be 0 to 59");
  CHECK(refusal("0 0 12 ? * FUNDAY") == "'FUNDAY' is no day of week: it may be 1 to 7, or SUN to SAT");
  for (auto text : {"? 0 0 * * ?", "0 0/0 0 * * ?", "0 0 -1 * * ?", "0 0 1-x * * ?", "0 0 0 L-31 * ?",
                    "0 0 0 L3 * ?", "0 0 0 32W * ?", "0 0 0 ? * 6#6", "0 0 0 ? * 8L", "0 0 0 1 13 ?",
                    "0 0 0 1 1 ? 1969", "0 0,, 0 * * ?", "0 0 0 0 * ?", "0 5/60 0 * * ?"}) {
    CAPTURE(text);
    CHECK_FALSE(refusal(text).empty());
  }
}

TEST_CASE("in a zone with summer time each time of the day comes once") {
  auto berlin = Zone::load("Europe/Berlin").value();
  auto hourly = Quartz::parse("0 30 * * * ?").value();
  auto nightly = Quartz::parse("0 30 2 * * ?").value();
  auto instants = [&](const Quartz& quartz, Seconds from, int count) {
    Times times;
    for (int i = 0; i < count; ++i) {
      from = quartz.next_after(from, berlin).value();
      times.push_back(show(LocalSeconds(from.time_since_epoch())));
    }
    return times;
  };
  // 2026-03-29, 02:00 becomes 03:00: 01:00 UTC.
  Seconds spring = sys_days(year(2026) / 3 / 29);
  CHECK(instants(nightly, spring - hours(12), 3) ==
        Times{"2026-03-29 01:30:00", "2026-03-30 00:30:00", "2026-03-31 00:30:00"});
  CHECK(instants(hourly, spring, 3) ==
        Times{"2026-03-29 00:30:00", "2026-03-29 01:30:00", "2026-03-29 02:30:00"});
  // 2026-10-25, 03:00 becomes 02:00: 01:00 UTC.
  Seconds autumn = sys_days(year(2026) / 10 / 25);
  CHECK(instants(nightly, autumn - hours(12), 2) == Times{"2026-10-25 00:30:00", "2026-10-26 01:30:00"});
  CHECK(instants(hourly, autumn, 3) ==
        Times{"2026-10-25 00:30:00", "2026-10-25 02:30:00", "2026-10-25 03:30:00"});
}
