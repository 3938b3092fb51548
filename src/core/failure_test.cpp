#include "core/failure.h"

#include <doctest/doctest.h>

#include "core/event_codec.h"

using namespace weir;
using namespace weir::core;

TEST_CASE(
    "a failure with bytes that are no text can be read again, since they are replaced when it is written") {
  Failure failure;
  failure.message = "Acc\xE8s refus\xE9";
  failure.trace = "ligne \xFF";
  auto read = decode(encode({Instant{}, AttemptFailed{0, 1, failure, std::nullopt}}));
  REQUIRE(read);
  const auto& again = std::get<AttemptFailed>(read->fact).failure;
  CHECK(again.message == "Acc\uFFFDs refus\uFFFD");
  CHECK(again.trace == "ligne \uFFFD");
}
