// A finished run goes on: what failed runs again, what succeeded is kept.
#include <doctest/doctest.h>

#include "core/test_world.h"

using namespace weir;
using namespace weir::core;
using namespace weir::core::testing;

TEST_CASE("retrying a run runs what failed and what waited for it, and keeps the rest") {
  World world;
  world.task("a").task("b", {"a"}).task("c", {"b"}).task("other").closed();
  world.succeed("a", 1).fail("b").succeed("other", 2);
  REQUIRE(world.run().state() == RunState::failed);
  world.send(RequestAgain{});
  CHECK(world.run().state() == RunState::running);
  CHECK(world.state("a") == TaskState::succeeded);
  CHECK(world.state("b") == TaskState::running);
  CHECK(world.number("b") == 2);
  CHECK(world.state("c") == TaskState::pending);
  world.succeed("b").succeed("c");
  CHECK(world.run().state() == RunState::succeeded);
}

TEST_CASE("retrying gives the retries of the policy again") {
  World world;
  world.task("a", {}, retrying(1)).closed().fail("a").send(Wake{}).fail("a");
  REQUIRE(world.run().state() == RunState::failed);
  world.send(RequestAgain{}).fail("a");
  CHECK(world.state("a") == TaskState::running);
  CHECK(world.number("a") == 4);
}

TEST_CASE("running again from a task runs it and all that follows, though it had succeeded") {
  World world;
  world.task("a").task("b", {"a"}).task("c", {"b"}).closed();
  world.succeed("a").succeed("b", "old").succeed("c");
  world.send(RequestAgain{{world.at("b")}, false});
  CHECK(world.state("a") == TaskState::succeeded);
  CHECK(world.state("b") == TaskState::running);
  CHECK(world.run().value(world.at("b")) == nullptr);
  CHECK(world.state("c") == TaskState::pending);
}

TEST_CASE("a process that has only read the history keeps to the order when it runs tasks again") {
  World world;
  world.task("a").task("b", {"a"}).task("c", {"b"}).closed();
  world.succeed("a").succeed("b").succeed("c").take_over();
  world.send(RequestAgain{{world.at("a")}, false});
  CHECK(world.state("a") == TaskState::running);
  CHECK(world.state("b") == TaskState::pending);
  CHECK(world.state("c") == TaskState::pending);
}

TEST_CASE("a run without anything to do again stays as it is") {
  World world;
  world.task("a").closed().succeed("a");
  auto events = world.history().size();
  world.send(RequestAgain{});
  CHECK(world.history().size() == events);
}

TEST_CASE("a cancelled run goes on with what it had not done") {
  World world;
  world.task("a").task("b", {"a"}).closed().send(RequestCancel{}).cancelled("a");
  REQUIRE(world.run().state() == RunState::cancelled);
  world.send(RequestAgain{}).succeed("a").succeed("b");
  CHECK(world.run().state() == RunState::succeeded);
}

TEST_CASE("only the failed elements of a mapped task run again, and those that follow them") {
  World world;
  world.mapped("a", {}, {1, 2})
      .mapped("b", {"a"}, result_of("a"))
      .reading("sum", {"b"}, result_of("b"))
      .closed();
  world.succeed("a[0]", 1).fail("a[1]").succeed("b[0]", 10);
  REQUIRE(world.run().state() == RunState::failed);
  world.send(RequestAgain{});
  CHECK(world.state("a[0]") == TaskState::succeeded);
  CHECK(world.state("b[0]") == TaskState::succeeded);
  CHECK(world.state("a[1]") == TaskState::running);
  CHECK(world.state("b") == TaskState::running);
  world.succeed("a[1]", 2).succeed("b[1]", 20);
  CHECK(world.inputs("sum") == json{10, 20});
  world.succeed("sum");
  CHECK(world.run().state() == RunState::succeeded);
}

TEST_CASE("a mapped task that runs again from its source expands anew, over other items") {
  World world;
  world.task("list").mapped("a", {"list"}, result_of("list")).closed();
  world.succeed("list", {1, 2}).succeed("a[0]").succeed("a[1]");
  world.send(RequestAgain{{world.at("list")}, false}).succeed("list", {7, 8, 9});
  CHECK(world.run().stage(1).count == 3);
  CHECK(world.inputs("a[2]") == json(9));
  world.succeed("a[0]").succeed("a[1]").succeed("a[2]");
  CHECK(world.run().state() == RunState::succeeded);
}

TEST_CASE("what was skipped because of a failure is judged anew") {
  World world;
  world.task("a").task("alarm", {"a"}, with_trigger(Trigger::one_failed)).task("b", {"a"}).closed();
  world.fail("a").succeed("alarm");
  world.send(RequestAgain{}).succeed("a");
  CHECK(world.state("alarm") == TaskState::skipped);
  CHECK(world.state("b") == TaskState::running);
}

TEST_CASE("a run that another process reopens starts nothing before its upstreams") {
  World world;
  world.task("a").task("b", {"a"}).closed().succeed("a").fail("b");
  Run read_back = replay(world.history());
  advance(read_back, RequestAgain{{world.at("a")}, false}, Instant{std::chrono::seconds{1'000'001}},
          world.room);
  CHECK(read_back.state(world.at("a")) == TaskState::running);
  CHECK(read_back.state(world.at("b")) == TaskState::pending);
}

TEST_CASE("a run goes on whose cancel request, in an older version, did not wait for what was superseded") {
  World world;
  world.external().reading("load", {}, 1).closed().send(Resume{});
  auto spec = std::make_shared<const TaskSpec>(TaskSpec{"load", "work", 2, {}, {}, std::nullopt});
  world.send(ChangeTask{world.at("load"), spec, true, TaskChanged::Why::inputs});
  auto history = world.history();
  auto then = [&](Fact fact) { history.push_back({history.back().at, std::move(fact)}); };
  then(CancelRequested{CancelRequested::Reason::person});
  then(AttemptCancelled{0, 1});
  then(RunFinished{RunState::cancelled});
  then(RunReopened{{0}, false});
  auto run = replay(history);
  CHECK(run.may_start(0));
}
