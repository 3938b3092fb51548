#include "runtime/token.h"

#include <doctest/doctest.h>

using namespace weir::runtime;

TEST_CASE("a token says which attempt of which run it is, to whoever knows the store") {
  auto stem = token_stem("store", "0193-run");
  auto token = token_of(stem, 17, 3);
  CHECK(token.size() <= 64);
  CHECK(token_of(stem, 4'294'967'295, 4'294'967'295).size() <= 64);
  auto parts = parts_of_token(token);
  REQUIRE(parts);
  CHECK(parts->stem == stem);
  CHECK(parts->task == 17);
  CHECK(parts->number == 3);
  CHECK(token_stem("another", "0193-run") != stem);
}

TEST_CASE("what is no token has no parts") {
  for (auto text :
       {"", "weir-", "weir-cli-0123456789abcdef0123456789abcdef", "weir-0123456789abcdef0123456789abcdef-1",
        "weir-0123456789abcdef0123456789abcdef-1-", "weir-0123456789abcdef0123456789abcdef-x-1",
        "other-0123456789abcdef0123456789abcdef-1-1"}) {
    CAPTURE(text);
    CHECK_FALSE(parts_of_token(text));
  }
}
