#include "schedule/zone.h"

#include <fstream>

#include <doctest/doctest.h>

#include "base/scratch.h"

using namespace weir;
using namespace weir::schedule;
using namespace std::chrono;

namespace {

Seconds utc(int y, unsigned m, unsigned d, int hour = 0, int minute = 0) {
  return sys_days(year(y) / month(m) / day(d)) + hours(hour) + minutes(minute);
}

LocalSeconds wall(int y, unsigned m, unsigned d, int hour = 0, int minute = 0) {
  return local_days(year(y) / month(m) / day(d)) + hours(hour) + minutes(minute);
}

}  // namespace

TEST_CASE(
    "clocks show the time of their zone, in summer and winter, also long after the last entry of the "
    "database") {
  auto berlin = Zone::load("Europe/Berlin").value();
  CHECK(berlin.local(utc(2026, 1, 14, 12)) == wall(2026, 1, 14, 13));
  CHECK(berlin.local(utc(2026, 7, 14, 12)) == wall(2026, 7, 14, 14));
  CHECK(berlin.local(utc(2090, 7, 14, 12)) == wall(2090, 7, 14, 14));
  CHECK(berlin.local(utc(2090, 1, 14, 12)) == wall(2090, 1, 14, 13));
  auto sydney = Zone::load("Australia/Sydney").value();
  CHECK(sydney.local(utc(2090, 1, 14, 12)) == wall(2090, 1, 14, 23));
  CHECK(sydney.local(utc(2090, 7, 14, 12)) == wall(2090, 7, 14, 22));
  auto kolkata = Zone::load("Asia/Kolkata").value();
  CHECK(kolkata.local(utc(2026, 7, 14, 12)) == wall(2026, 7, 14, 17, 30));
  CHECK(Zone::load("UTC").value().local(utc(2026, 7, 14, 12)) == wall(2026, 7, 14, 12));
}

TEST_CASE("the clocks of history are known too") {
  auto new_york = Zone::load("America/New_York").value();
  CHECK(new_york.local(utc(1943, 7, 1, 12)) == wall(1943, 7, 1, 8));
  CHECK(new_york.local(utc(1800, 1, 1, 12)) < wall(1800, 1, 1, 8));
}

TEST_CASE("a time shown twice is its first instant, one that is left out comes later by the leap") {
  for (int y : {2026, 2090}) {
    CAPTURE(y);
    auto berlin = Zone::load("Europe/Berlin").value();
    auto last_sunday = [&](unsigned m) {
      return unsigned{year_month_day(sys_days(year(y) / month(m) / Sunday[last])).day()};
    };
    CHECK(berlin.instant(wall(y, 10, last_sunday(10), 2, 30)) == utc(y, 10, last_sunday(10), 0, 30));
    CHECK(berlin.instant(wall(y, 10, last_sunday(10), 3, 0)) == utc(y, 10, last_sunday(10), 2, 0));
    CHECK(berlin.instant(wall(y, 3, last_sunday(3), 2, 30)) == utc(y, 3, last_sunday(3), 1, 30));
    CHECK(berlin.instant(wall(y, 3, last_sunday(3), 3, 0)) == utc(y, 3, last_sunday(3), 1, 0));
  }
}

TEST_CASE("names that are none, that are not there, and files that are no zones") {
  CHECK(Zone::load("../etc/passwd").error().code == Code::invalid);
  CHECK(Zone::load("/etc/passwd").error().code == Code::invalid);
  CHECK(Zone::load("").error().code == Code::invalid);
  CHECK(Zone::load("Europe/Atlantis").error().message == "there is no time zone 'Europe/Atlantis'");
  CHECK(Zone::load("Europe").error().code == Code::not_found);
  CHECK(Zone::load("tzdata.zi").error().code != Code::internal);
  Scratch folder;
  std::ifstream real("/usr/share/zoneinfo/Europe/Berlin", std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(real), {});
  for (std::size_t length :
       {std::size_t{1}, std::size_t{43}, std::size_t{44}, bytes.size() / 2, bytes.size() - 1}) {
    CAPTURE(length);
    std::ofstream(folder.path() / "Cut", std::ios::binary) << bytes.substr(0, length);
    CHECK_FALSE(Zone::load("Cut", folder.path()));
  }
  CHECK(Zone::load("Any", folder.path() / "none").error().hint.find("tzdata") != std::string::npos);
}

TEST_CASE("rules are read as POSIX writes them") {
  auto offset = [](std::string_view rule, Seconds at) {
    auto read = ZoneRule::parse(rule);
    REQUIRE(read);
    return duration_cast<minutes>(read->offset_at(at)).count();
  };
  CHECK(offset("UTC0", utc(2026, 7, 1)) == 0);
  CHECK(offset("<+0530>-5:30", utc(2026, 7, 1)) == 330);
  CHECK(offset("EST5EDT,M3.2.0,M11.1.0", utc(2026, 3, 8, 6, 59)) == -300);
  CHECK(offset("EST5EDT,M3.2.0,M11.1.0", utc(2026, 3, 8, 7, 0)) == -240);
  CHECK(offset("EST5EDT,M3.2.0,M11.1.0", utc(2026, 11, 1, 5, 59)) == -240);
  CHECK(offset("EST5EDT,M3.2.0,M11.1.0", utc(2026, 11, 1, 6, 0)) == -300);
  CHECK(offset("IST-1GMT0,M10.5.0,M3.5.0/1", utc(2026, 1, 1)) == 0);
  CHECK(offset("IST-1GMT0,M10.5.0,M3.5.0/1", utc(2026, 7, 1)) == 60);
  CHECK(offset("EET-2EEST,J60/0,J300/0", utc(2028, 3, 1, 0)) == 180);
  CHECK(offset("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", utc(2026, 7, 1)) == -60);
  for (auto text :
       {"", "U", "UTC", "UTC0x", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "<CET-1"})
    CHECK_FALSE(ZoneRule::parse(text));
}
