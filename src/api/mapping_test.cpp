// Tasks of C++ flows that are mapped.
#include <future>

#include "api/test_process.h"

using namespace weir;
using namespace weir::api::testing;
using namespace std::chrono_literals;

namespace {

const auto numbers = task("numbers", [](int count) {
  std::vector<int> values;
  for (int i = 1; i <= count; ++i) values.push_back(i);
  return values;
});
const auto twice = task("twice", [](int n) { return 2 * n; });
const auto add = task("add", [](int a, int b) { return a + b; });
const auto sum = task("sum", [](std::vector<int> values) {
  int total = 0;
  for (int value : values) total += value;
  return total;
});
const auto joined = task("joined", [](std::vector<std::string> parts, std::string end) {
  std::string text;
  for (const auto& part : parts) text += part;
  return text + end;
});

struct World {
  Scratch scratch{};
  Process process{scratch.path()};
};

}  // namespace

TEST_CASE("a task is mapped over values, over a future of them, and over another mapped task") {
  World world;
  std::vector<int> seen;
  const auto& run = world.process.run(flow("f", [&] {
    auto doubled = twice.map(numbers(3));
    auto again = twice.map(doubled, named("again"));
    auto total = sum(again, named("total"));
    auto direct = twice.map({10, 20}, named("direct"));
    twice.map(std::vector<int>{}, named("nothing"));
    seen = direct.result();
    seen.push_back(total.result());
    seen.push_back(again[1].result());
  }));
  CHECK(run.state() == core::RunState::succeeded);
  CHECK(seen == std::vector<int>{20, 40, 24, 8});
  CHECK(value_of(run, "twice[2]") == 6);
  CHECK(value_of(run, "nothing") == json(JsonArray{}));
}

TEST_CASE("elements follow those of another mapped task without waiting for all of them") {
  World world;
  std::promise<void> release;
  const auto held = task("held", [&](int n) {
    if (n == 0) release.get_future().wait();  // until the second step of its neighbour has been
    return n;
  });
  const auto next = task("next", [&](int n) {
    if (n == 1) release.set_value();
    return n;
  });
  const auto& run = world.process.run(flow("f", [&] { next.map(held.map({0, 1})); }));
  CHECK(value_of(run, "next") == json{0, 1});
}

TEST_CASE("several lists are walked along together, and anything else is the same for every item") {
  World world;
  const auto& run = world.process.run(flow("f", [] {
    auto many = numbers(3);
    add.map(many, 100, named("constant"));
    add.map(many, twice(5), named("future"));
    add.map(many, twice.map(many, named("doubled")), named("zip"));
    joined.map(unmapped(std::vector<std::string>{"a", "b"}), {"x", "y"}, named("unmapped"));
    joined.map(std::vector<std::string>{"a", "b"}, {"x", "y"}, named("whole"));
  }));
  CHECK(value_of(run, "constant") == json{101, 102, 103});
  CHECK(value_of(run, "future") == json{11, 12, 13});
  CHECK(value_of(run, "zip") == json{3, 6, 9});
  CHECK(value_of(run, "unmapped") == json{"abx", "aby"});
  CHECK(value_of(run, "whole") == json{"abx", "aby"});
}

TEST_CASE("JSON that is an array is walked along when it is said so") {
  World world;
  const auto list = task("list", []() -> json { return {1, 2}; });
  const auto echo = task("echo", [](json value) { return value; });
  const auto& run = world.process.run(flow("f", [&] {
    twice.map(each(list()), named("of_future"));
    echo.map(each(json{json{{"a", {{"$", 1}}}}, 7}), named("of_value"));
    echo.map({1, 2}, named("of_braces"));
  }));
  CHECK(value_of(run, "of_future") == json{2, 4});
  CHECK(value_of(run, "of_value") == json{json{{"a", {{"$", 1}}}}, 7});
  CHECK(value_of(run, "of_braces") == json{1, 2});
}

TEST_CASE("one failed element fails the whole, which says how many, and the others go on") {
  World world;
  const auto odd = task("odd", [](int n) {
    if (n % 2 == 0) throw std::runtime_error("even");
    return n;
  });
  std::string why;
  std::vector<State> states;
  const auto& run = world.process.run(flow("f", [&] {
    auto mapped = odd.map({1, 2, 3});
    try {
      mapped.result();
    } catch (const TaskFailed& failed) {
      why = failed.what();
    }
    states = {mapped[0].wait(), mapped[1].wait(), mapped.state()};
  }));
  CHECK(run.state() == core::RunState::failed);
  CHECK(why ==
        "task 'odd' did not succeed: 1 of 3 items did not succeed, the first: std::runtime_error: even");
  CHECK(states == std::vector{State::succeeded, State::failed, State::failed});
}

TEST_CASE("skipped elements are null, and an element that is not there is told") {
  World world;
  const auto small = task("small", [](int n) {
    if (n > 2) throw Skip("too big");
    return n;
  });
  std::string not_there, no_value;
  auto message_of = [](auto call) {
    try {
      call();
    } catch (const TaskFailed& failed) {
      return std::string(failed.what());
    }
    return std::string();
  };
  const auto& run = world.process.run(flow("f", [&] {
    auto mapped = small.map({1, 2, 3});
    no_value = message_of([&] { mapped.result(); });
    not_there = message_of([&] { mapped[3].result(); });
  }));
  CHECK(value_of(run, "small") == json{1, 2, nullptr});
  CHECK(no_value == "task 'small[2]' did not succeed: it was skipped, and its type cannot be null");
  CHECK(not_there == "task 'small[3]' did not succeed: 'small' has 3 items");
}

TEST_CASE("a map over nothing that can be walked along is refused") {
  World world;
  const auto& run = world.process.run(flow("f", [] { twice.map(7); }));
  REQUIRE(run.body_error());
  CHECK(run.body_error()->message.find("map() was given nothing to walk along") != std::string::npos);
}
