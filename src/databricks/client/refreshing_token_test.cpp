#include "databricks/client/refreshing_token.h"

#include <string>

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::databricks;
using namespace std::chrono_literals;

namespace {

/// A service that hands out tokens when the test says so, and a clock that moves when the test says so.
struct World {
  ManualClock clock{Instant{1h}};
  std::vector<RefreshingToken::Done> asked{};
  std::shared_ptr<RefreshingToken> token = std::make_shared<RefreshingToken>(
      [this](RefreshingToken::Done done) { asked.push_back(std::move(done)); }, clock);
  std::vector<std::string> got{};

  void get() {
    token->get([this](RefreshingToken::Fetched fetched) {
      got.push_back(fetched ? fetched->value.reveal() : "error: " + fetched.error().error.message);
    });
  }
  void hand_out(const std::string& value, Duration life = 1h) {
    auto done = std::move(asked.front());
    asked.erase(asked.begin());
    done(AccessToken{Credential(value), clock.now(), clock.now() + life});
  }
  void refuse_to(const std::string& why) {
    auto done = std::move(asked.front());
    asked.erase(asked.begin());
    done(std::unexpected(CallError{{Code::unavailable, why}, 503}));
  }
};

}  // namespace

TEST_CASE("a token is fetched once for all who ask at the same time, and kept") {
  World world;
  for (int i = 0; i < 5; ++i) world.get();
  REQUIRE(world.asked.size() == 1);
  CHECK(world.got.empty());
  world.hand_out("one");
  CHECK(world.got == std::vector<std::string>(5, "one"));
  world.clock.advance(30min);
  world.get();
  CHECK(world.got.size() == 6);
  CHECK(world.asked.empty());
}

TEST_CASE("the next token is fetched ahead of time, and nobody waits for it") {
  World world;
  world.get();
  world.hand_out("one");
  world.clock.advance(41min);  // of sixty
  world.get();
  world.get();
  CHECK(world.got == std::vector<std::string>{"one", "one", "one"});
  REQUIRE(world.asked.size() == 1);
  world.hand_out("two");
  world.get();
  CHECK(world.got.back() == "two");
}

TEST_CASE(
    "a failure to fetch ahead of time does no harm while the token lives, and is not repeated at once") {
  World world;
  world.get();
  world.hand_out("one");
  world.clock.advance(41min);
  world.get();
  world.refuse_to("busy");
  world.get();
  CHECK(world.got.back() == "one");
  CHECK(world.asked.empty());
  world.clock.advance(1min);
  world.get();
  CHECK(world.got.back() == "one");
  CHECK(world.asked.size() == 1);
}

TEST_CASE(
    "a token close to its end is not used: who asks waits for the next, or for the reason why there is "
    "none") {
  World world;
  world.get();
  world.hand_out("one");
  world.clock.advance(1h - 39s);
  world.get();
  CHECK(world.got.size() == 1);
  world.refuse_to("busy");
  CHECK(world.got.back() == "error: busy");
  world.get();
  world.hand_out("two");
  CHECK(world.got.back() == "two");
}

TEST_CASE("tokens that live a minute are renewed from the middle of their life on") {
  World world;
  world.get();
  world.hand_out("one", 2min);
  world.clock.advance(59s);
  world.get();
  CHECK(world.asked.empty());
  world.clock.advance(1s);
  world.get();
  CHECK(world.asked.size() == 1);
}

TEST_CASE("many requests that are refused together lead to one new token") {
  World world;
  world.get();
  world.hand_out("one");
  for (int i = 0; i < 3; ++i) {
    world.token->refuse(Credential("one"));
    world.get();
  }
  REQUIRE(world.asked.size() == 1);
  world.hand_out("two");
  CHECK(world.got == std::vector<std::string>{"one", "two", "two", "two"});
  world.token->refuse(Credential("one"));  // one more, which was slow
  world.get();
  CHECK(world.got.back() == "two");
  CHECK(world.asked.empty());
}
