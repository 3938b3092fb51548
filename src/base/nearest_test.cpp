#include "base/nearest.h"

#include <vector>

#include <doctest/doctest.h>

using namespace weir;

namespace {
const std::vector<std::string> keys = {"needs", "retries", "retry_delay", "timeout"};
}

TEST_CASE("a slip of the finger finds the name that was meant") {
  CHECK(nearest("retrys", keys) == "retries");
  CHECK(nearest("need", keys) == "needs");
  CHECK(nearest("tiemout", keys) == "timeout");
  CHECK(nearest("Timeout", keys) == "timeout");
  CHECK(nearest("retry_d", keys) == "retry_delay");
}

TEST_CASE("nothing is suggested when nothing is near, but a short list is shown") {
  CHECK_FALSE(nearest("colour", keys));
  CHECK(suggest("colour", keys) == "known: needs, retries, retry_delay, timeout");
  CHECK(suggest("colour", {}).empty());
}
