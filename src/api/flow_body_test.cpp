// Flow bodies: waiting, branching, groups, the context of a task, and all of it again when a run is resumed.
#include <atomic>
#include <future>

#include "api/test_process.h"

using namespace weir;
using namespace weir::api::testing;
using namespace std::chrono_literals;

namespace {

struct World {
  Scratch scratch{};
  Process process{scratch.path()};
  const core::Run& run(std::function<void()> body) { return process.run(flow("f", std::move(body))); }
};

const auto give = task("give", [](int n) { return n; });
const auto bad = task("bad", []() -> int { throw std::runtime_error("boom"); });

}  // namespace

TEST_CASE("a body branches on values and on how tasks have ended") {
  World world;
  std::vector<State> states;
  bool all = true;
  const auto& run = world.run([&] {
    auto one = give(1), failed = bad();
    states = {failed.wait(), one.wait(), one.state()};
    all = wait_all(one, failed);
    if (one.result() == 1 && !failed.succeeded()) give(2, named("branch"));
  });
  CHECK(states == std::vector{State::failed, State::succeeded, State::succeeded});
  CHECK_FALSE(all);
  CHECK(value_of(run, "branch") == 2);
}

TEST_CASE("tasks are taken as they complete") {
  World world;
  std::promise<void> release;
  auto released = release.get_future().share();
  const auto held = task("held", [released](int n) { return released.wait(), n; });
  std::vector<int> order;
  world.run([&] {
    for (const auto& done : as_completed(std::vector{held(1), give(2), give(3)})) {
      order.push_back(done.result());
      if (order.size() == 2) release.set_value();
    }
  });
  CHECK(order.size() == 3);
  CHECK(order.back() == 1);
}

TEST_CASE("completing nothing is an empty loop") {
  World world;
  int loops = 0;
  const auto& run = world.run([&] {
    for (const auto& done : as_completed(std::vector<Future<int>>{})) loops += done.result();
  });
  CHECK(loops == 0);
  CHECK(run.state() == core::RunState::succeeded);
}

TEST_CASE("a sub-flow is a group of tasks of the run that calls it") {
  World world;
  const auto child = flow("child", {{"n"}, {"more", 10}}, [](int n, int more) {
    auto first = give(n);
    give(more, after(first).named("more"));
  });
  const auto& run = world.run([&] {
    subflow(child, 1);
    subflow(child, 2, 20);
    auto inner = subflow("outer", [&] {
      subflow(child, 3);
      return give(4);
    });
    give(inner, named("last"));
  });
  CHECK(run.state() == core::RunState::succeeded);
  CHECK(value_of(run, "child.give") == 1);
  CHECK(value_of(run, "child.more") == 10);
  CHECK(value_of(run, "child-2.more") == 20);
  CHECK(value_of(run, "outer.child.give") == 3);
  CHECK(value_of(run, "last") == 4);
}

TEST_CASE("a sub-flow without its parameter is refused") {
  World world;
  const auto child = flow("child", {{"n"}}, [](int n) { give(n); });
  const auto& run = world.run([&] { subflow(child); });
  CHECK(run.body_error()->message == "flow 'child' needs its parameter 'n'");
}

TEST_CASE("a body that throws what is no exception fails its run") {
  World world;
  const auto& run = world.run([] { throw 42; });
  CHECK(run.state() == core::RunState::failed);
  CHECK(run.body_error()->message == "the body threw something that is no std::exception");
}

TEST_CASE("a task knows itself and writes a log with levels") {
  World world;
  std::string about;
  const auto talk = task("talk", [&](int n) {
    auto self = context();
    self.debug("d");
    self.warning("w");
    if (n == 1) about = self.task() + " " + self.run_name() + " " + std::to_string(self.attempt());
    CHECK(self.token().size() <= 64);
    CHECK_FALSE(self.cancelled());
  });
  const auto& run = world.run([&] { talk.map({0, 1}); });
  CHECK(about == "talk[1] " + run.about().name + " 1");
  CHECK(std::ranges::count(world.process.logged, "talk[0] debug d") == 1);
  CHECK(std::ranges::count(world.process.logged, "talk[1] warning w") == 1);
  CHECK_THROWS_AS(context(), FlowError);
}

TEST_CASE("a body that is replayed takes the same way, and finished tasks do not run again") {
  Scratch scratch;
  std::atomic<int> calls = 0;
  std::atomic<bool> stuck = true;
  std::vector<std::vector<int>> orders(2);
  std::size_t life = 0;
  const auto counted = task("counted", [&](int n) { return ++calls, n; });
  const auto last = task("last", [&](int n) {
    std::promise<void> stopped;
    std::stop_callback on_stop(context().stop_token(), [&] { stopped.set_value(); });
    if (stuck) stopped.get_future().wait();
    return n;
  });
  const auto story = flow("story", [&] {
    auto mapped = counted.map({1, 2, 3});
    std::vector<Future<int>> futures{counted(4), mapped[2], mapped[0], counted(5), mapped[1]};
    for (const auto& done : as_completed(futures)) {
      orders[life].push_back(done.result());
      give(done.result());  // give, give-2 … in the order of completion
    }
    last(6);
  });
  std::string name;
  {
    Process first(scratch.path());
    const auto& run =
        first.run_until(story, [](const core::Run& it) { return state_of(it, "last") == "running"; });
    name = run.about().name;
  }
  CHECK(calls == 5);
  stuck = false;
  life = 1;
  Process second(scratch.path());
  const auto& run = second.resume(story, name);
  CHECK(run.state() == core::RunState::succeeded);
  CHECK(calls == 5);
  CHECK(orders[0] == orders[1]);
  CHECK(value_of(run, "last") == 6);
}

TEST_CASE("attempts that wait for their function keep nobody out who comes before them") {
  Scratch scratch;
  std::atomic<bool> stuck = true;
  const auto wait = task("wait", [&](int n) {
    std::promise<void> stopped;
    std::stop_callback on_stop(context().stop_token(), [&] { stopped.set_value(); });
    if (stuck) stopped.get_future().wait();
    return n;
  });
  const auto story = flow("story", [&] {
    if (!stuck) give(1, named("new")).wait();  // the program was changed between the two lives
    wait.map({1, 2});
  });
  std::string name;
  {
    Process first(scratch.path(), 2);
    name = first.run_until(story, [](const core::Run& run) { return state_of(run, "wait[1]") == "running"; })
               .about()
               .name;
  }
  stuck = false;
  Process second(scratch.path(), 2);
  const auto& run = second.resume(story, name);
  CHECK(run.state() == core::RunState::succeeded);
  CHECK(value_of(run, "wait") == json{1, 2});
}

TEST_CASE("a body talks to one workspace") {
  World world;
  std::string complaint;
  world.run([&] {
    databricks::connect({.profile = "dev"});
    databricks::connect({.profile = "dev"});
    try {
      databricks::connect({.profile = "production"});
    } catch (const FlowError& error) {
      complaint = error.what();
    }
  });
  CHECK(complaint == "this run talks to another workspace already: one run, one workspace");
}
