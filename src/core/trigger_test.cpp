#include "core/trigger.h"

#include <doctest/doctest.h>

using namespace weir::core;

namespace {

struct Ends {
  std::uint32_t succeeded = 0;
  std::uint32_t failed = 0;
  std::uint32_t skipped = 0;
};

/// The verdict on three upstreams of which some have ended.
Verdict of(Trigger trigger, Ends ends, std::uint32_t count = 0) {
  return verdict({trigger, count}, {3, ends.succeeded, ends.failed, ends.skipped});
}

}  // namespace

using enum Trigger;
using enum Verdict;

TEST_CASE("all_success starts after three successes, is doomed by one failure and skipped by a skip") {
  CHECK(of(all_success, {.succeeded = 2}) == wait);
  CHECK(of(all_success, {.succeeded = 3}) == start);
  CHECK(of(all_success, {.failed = 1}) == upstream_failed);
  CHECK(of(all_success, {.succeeded = 2, .skipped = 1}) == skip);
}

TEST_CASE("a skip does not hide a failure that comes later") {
  CHECK(of(all_success, {.skipped = 1}) == wait);
  CHECK(of(all_success, {.succeeded = 1, .failed = 1, .skipped = 1}) == upstream_failed);
}

TEST_CASE("all_done starts when everything has ended, however") {
  CHECK(of(all_done, {.succeeded = 1, .failed = 1}) == wait);
  CHECK(of(all_done, {.succeeded = 1, .failed = 1, .skipped = 1}) == start);
}

TEST_CASE("one_success does not wait for the rest, and tells a failure from a skip when there is none") {
  CHECK(of(one_success, {.succeeded = 1}) == start);
  CHECK(of(one_success, {.failed = 2}) == wait);
  CHECK(of(one_success, {.failed = 1, .skipped = 2}) == upstream_failed);
  CHECK(of(one_success, {.skipped = 3}) == skip);
}

TEST_CASE("one_failed starts on the first failure and is skipped when all went well") {
  CHECK(of(one_failed, {.failed = 1}) == start);
  CHECK(of(one_failed, {.succeeded = 2}) == wait);
  CHECK(of(one_failed, {.succeeded = 3}) == skip);
}

TEST_CASE("all_failed starts when everything failed and is skipped by anything else") {
  CHECK(of(all_failed, {.failed = 2}) == wait);
  CHECK(of(all_failed, {.failed = 3}) == start);
  CHECK(of(all_failed, {.succeeded = 1}) == skip);
}

TEST_CASE("none_failed puts up with skips, and its stricter sister wants one success") {
  CHECK(of(none_failed, {.skipped = 3}) == start);
  CHECK(of(none_failed, {.failed = 1}) == upstream_failed);
  CHECK(of(none_failed_min_one_success, {.skipped = 3}) == skip);
  CHECK(of(none_failed_min_one_success, {.succeeded = 1, .skipped = 2}) == start);
}

TEST_CASE("at_least starts at its count and gives up when it cannot be reached") {
  CHECK(of(at_least, {.succeeded = 2}, 2) == start);
  CHECK(of(at_least, {.succeeded = 1, .failed = 1}, 2) == wait);
  CHECK(of(at_least, {.failed = 2}, 2) == upstream_failed);
}

TEST_CASE("a task without upstreams starts, and every rule's name reads back") {
  for (auto name : trigger_names()) {
    auto trigger = trigger_from(name);
    REQUIRE(trigger);
    CHECK(name_of(*trigger) == name);
    CHECK(verdict({*trigger, 1}, {}) == start);
  }
  CHECK_FALSE(trigger_from("always"));
}
