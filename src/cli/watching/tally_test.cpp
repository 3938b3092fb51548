#include "cli/watching/tally.h"

#include <doctest/doctest.h>

#include "cli/terminal/shown_text.h"

using namespace weir;
using namespace weir::cli;
using enum core::TaskState;

namespace {

StateCounts counts(std::initializer_list<std::pair<core::TaskState, std::size_t>> numbers) {
  StateCounts result;
  for (auto [state, number] : numbers) result.by_state[static_cast<std::size_t>(state)] = number;
  return result;
}

}  // namespace

TEST_CASE("a bar shows how many have ended, however they did") {
  CHECK(bar(counts({{pending, 48'800}, {succeeded, 51'197}, {failed, 3}})) ==
        "[##########----------] 51,200/100,000");
  CHECK(bar(counts({{succeeded, 7}})) == "[####################] 7/7");
  CHECK(bar(counts({{running, 1}})) == "[--------------------] 0/1");
  CHECK(bar({}) == "[--------------------] 0/0");
  CHECK(bar(counts({{pending, 1}, {succeeded, 999'999}})) == "[###################-] 999,999/1,000,000");
}

TEST_CASE("what stands out among many is told by name, what is as it should be is not") {
  testing::ShownText shown;
  CHECK(standouts(shown.terminal, counts({{succeeded, 10}, {pending, 3}})).empty());
  CHECK(standouts(shown.terminal, counts({{succeeded, 10}, {failed, 1'003}, {retrying, 2}})) ==
        "1,003 failed  2 retrying");
}

TEST_CASE("numbers are grouped by thousands") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1'000) == "1,000");
  CHECK(grouped(1'234'567) == "1,234,567");
}
