#include "databricks/executor/session.h"

#include <doctest/doctest.h>

#include "net/http_client.h"

using namespace weir;
using namespace weir::databricks;

namespace {

/// The rate of a session over this connection.
double rate_of(const Connection& connection) {
  auto loop = make_loop();
  net::HttpClient http;
  SystemClock clock;
  Timing timing{.calls_per_second = 15, .loopback_calls_per_second = 500};
  Session session(*loop, http, [&] { return connection; }, clock, timing);
  REQUIRE(session.connect());
  return session.rate();
}

}  // namespace

TEST_CASE("a workspace is asked as often as its connection says, or as suits where it is") {
  CHECK(rate_of({.name = "profile far", .host = "https://one.example.com"}) == 15);
  CHECK(rate_of({.name = "profile far", .host = "https://one.example.com", .calls_per_second = 4}) == 4);
  CHECK(rate_of({.name = "embedded", .host = "http://127.0.0.1:8080"}) == 500);
  CHECK(rate_of({.name = "embedded", .host = "http://127.0.0.1:8080", .calls_per_second = 20}) == 20);
}
