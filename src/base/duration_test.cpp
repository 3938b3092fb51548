#include "base/duration.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace std::chrono_literals;

TEST_CASE("durations are read as people write them") {
  CHECK(parse_duration("10s").value() == 10s);
  CHECK(parse_duration("500ms").value() == 500ms);
  CHECK(parse_duration("1h30m").value() == 90min);
  CHECK(parse_duration("1.5s").value() == 1500ms);
  CHECK(parse_duration("7").value() == 7s);
  CHECK(parse_duration("1d").value() == 24h);
}

TEST_CASE("what is no duration is refused with the accepted forms") {
  for (auto text : {"", "s", "-1s", "10 s", "10x", "1h30", "ten", "nan", "inf", "400d"}) {
    CAPTURE(text);
    auto parsed = parse_duration(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == Code::invalid);
    CHECK_FALSE(parsed.error().hint.empty());
  }
}

TEST_CASE("durations are written with the units a reader needs") {
  CHECK(to_text(850ms) == "850ms");
  CHECK(to_text(3210ms) == "3.2s");
  CHECK(to_text(64s) == "1m04s");
  CHECK(to_text(2h + 5min) == "2h05m");
}
