#include "workspace/jobs/settings/condition.h"

#include <doctest/doctest.h>

using namespace weir::workspace;

TEST_CASE("equality is of texts, order is of numbers") {
  CHECK(compare("EQUAL_TO", "west", "west").value());
  CHECK_FALSE(compare("EQUAL_TO", "12.0", "12").value());
  CHECK(compare("NOT_EQUAL", "12.0", "12").value());
  CHECK(compare("GREATER_THAN_OR_EQUAL", "12.0", "12").value());
  CHECK_FALSE(compare("GREATER_THAN_OR_EQUAL", "10.0", "12").value());
  CHECK(compare("GREATER_THAN", "10", "9").value());
  CHECK(compare("LESS_THAN", "-1e3", " +2 ").value());
  CHECK(compare("LESS_THAN_OR_EQUAL", "2", "2.00").value());
}

TEST_CASE("ids beyond the doubles are told apart") {
  CHECK(compare("GREATER_THAN", "9007199254740993", "9007199254740992").value());
}

TEST_CASE("what is no number is named") {
  for (auto text : {"", "west", "12 days", "nan", "inf", "0x10", "{{tasks.a.values.b}}"}) {
    auto refused = compare("LESS_THAN", "1", text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == "LESS_THAN compares numbers, and '" + std::string(text) + "' is none.");
  }
}
