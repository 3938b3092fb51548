// The engine's decisions, told as short stories: a graph, what happens to it, what must follow.
#include "core/decide.h"

#include <doctest/doctest.h>

#include "core/event_codec.h"
#include "core/test_world.h"

using namespace weir;
using namespace weir::core;
using namespace weir::core::testing;
using namespace std::chrono_literals;

TEST_CASE("a task starts when all its upstreams have succeeded, not before") {
  World world;
  world.task("a").task("b").task("c", {"a", "b"});
  CHECK(world.state("c") == TaskState::pending);
  world.succeed("a");
  CHECK(world.state("c") == TaskState::pending);
  world.succeed("b");
  CHECK(world.state("c") == TaskState::running);
  CHECK(world.asked<StartAttempt>() == 1);
}

TEST_CASE("a run succeeds when its graph is closed and every task has succeeded") {
  World world;
  world.task("a").succeed("a");
  CHECK(world.run().state() == RunState::running);
  world.closed();
  CHECK(world.run().state() == RunState::succeeded);
  CHECK(world.asked<EndRun>() == 1);
}

TEST_CASE("a closed graph without tasks succeeds at once") {
  CHECK(World().closed().run().state() == RunState::succeeded);
}

TEST_CASE("what waits for a failed task never runs, and other branches go on") {
  World world;
  world.task("a").task("b", {"a"}).task("c", {"b"}).task("free").closed();
  world.fail("a");
  CHECK(world.state("a") == TaskState::failed);
  CHECK(world.state("b") == TaskState::upstream_failed);
  CHECK(world.state("c") == TaskState::upstream_failed);
  CHECK(world.state("free") == TaskState::running);
  world.succeed("free");
  CHECK(world.run().state() == RunState::failed);
}

TEST_CASE("a task added after its upstream has ended learns the outcome") {
  World world;
  world.task("good").succeed("good").task("bad").fail("bad");
  world.task("after_good", {"good"}).task("after_bad", {"bad"});
  CHECK(world.state("after_good") == TaskState::running);
  CHECK(world.state("after_bad") == TaskState::upstream_failed);
}

TEST_CASE("a failed attempt is tried again after the delay, as often as the policy says and no more") {
  World world;
  world.task("a", {}, retrying(2, 10s)).closed();
  world.fail("a");
  CHECK(world.state("a") == TaskState::retrying);
  CHECK(world.asked<ArmWake>() == 1);
  world.advance(9s).send(Wake{});
  CHECK(world.state("a") == TaskState::retrying);
  world.advance(1s).send(Wake{});
  CHECK(world.state("a") == TaskState::running);
  world.fail("a").advance(10s).send(Wake{}).fail("a");
  CHECK(world.state("a") == TaskState::failed);
  CHECK(world.number("a") == 3);
  CHECK(world.run().state() == RunState::failed);
}

TEST_CASE("a failure that retrying cannot help is final at once") {
  World world;
  world.task("a", {}, retrying(5)).fail("a", "bad credential", false);
  CHECK(world.state("a") == TaskState::failed);
}

TEST_CASE("an attempt that outlives its deadline is asked to end and fails as timed out") {
  World world;
  world.task("a", {}, with_timeout(5s)).closed();
  CHECK(world.asked<ArmTimeout>() == 0);  // armed with the start, one input earlier
  world.advance(5s).send(TimeoutDue{world.at("a"), 1});
  CHECK(world.asked<CancelAttempt>() == 1);
  CHECK(world.state("a") == TaskState::running);
  world.cancelled("a");
  CHECK(world.state("a") == TaskState::failed);
  CHECK(world.run().failure(world.at("a"))->why == Failure::Why::timeout);
}

TEST_CASE("an attempt that succeeds while it is being ended has succeeded") {
  World world;
  world.task("a", {}, with_timeout(5s)).advance(6s).send(TimeoutDue{world.at("a"), 1}).succeed("a");
  CHECK(world.state("a") == TaskState::succeeded);
}

TEST_CASE("a timer of an earlier attempt does not touch the next one") {
  World world;
  world.task("a", {}, with_timeout(5s, 1)).fail("a").send(Wake{});
  REQUIRE(world.number("a") == 2);
  world.advance(9s).send(TimeoutDue{world.at("a"), 1});
  CHECK(world.asked<CancelAttempt>() == 0);
}

TEST_CASE("reports of an attempt that has ended change nothing") {
  World world;
  world.task("a", {}, retrying(1)).fail("a").send(Wake{});
  auto events = world.history().size();
  world.send(Succeeded{world.at("a"), 1, "late"})
      .send(Failed{world.at("a"), 1, {}})
      .send(Cancelled{world.at("a"), 1});
  CHECK(world.history().size() == events);
  world.send(Succeeded{99, 1, "no such task"});
  CHECK(world.history().size() == events);
}

TEST_CASE("a cancelled run starts no further task and ends when its attempts have been seen to end") {
  World world;
  world.task("a").task("b", {"a"}).task("c", {}, retrying(1, 1h)).fail("c").closed();
  world.send(RequestCancel{});
  CHECK(world.asked<CancelAttempt>() == 1);
  CHECK(world.state("b") == TaskState::cancelled);
  CHECK(world.state("c") == TaskState::cancelled);
  CHECK(world.run().state() == RunState::running);
  world.cancelled("a");
  CHECK(world.run().state() == RunState::cancelled);
}

TEST_CASE("a task that finished before the cancel reached it keeps its result") {
  World world;
  world.task("a").task("b", {"a"}).closed().send(RequestCancel{}).succeed("a", 7);
  CHECK(world.state("a") == TaskState::succeeded);
  CHECK(world.state("b") == TaskState::cancelled);
  CHECK(world.run().state() == RunState::cancelled);
}

TEST_CASE(
    "an external attempt may send only after its intent is a fact, and not once it is being cancelled") {
  World world;
  world.external().task("a").task("b");
  world.send(Intended{world.at("a"), 1, {{"path", "/submit"}}});
  CHECK(world.asked<Proceed>() == 1);
  CHECK(world.run().live(world.at("a"))->intent == json{{"path", "/submit"}});
  world.send(RequestCancel{}).send(Intended{world.at("b"), 1, {{"path", "/submit"}}});
  CHECK(world.asked<Proceed>() == 0);
}

TEST_CASE("after a crash local attempts run again without using up a retry, external ones are taken up") {
  World world;
  world.task("local").external().task("remote");
  world.send(Intended{world.at("remote"), 1, "frozen"})
      .send(Attached{world.at("remote"), 1, {{"run_id", 7}}});
  world.send(Resume{});
  CHECK(world.number("local") == 2);
  CHECK(world.run().failures(world.at("local")) == 0);
  CHECK(world.number("remote") == 1);
  CHECK(world.run().live(world.at("remote"))->remote == json{{"run_id", 7}});
  CHECK(world.asked<StartAttempt>() == 2);
}

TEST_CASE(
    "a run whose body is replayed ends after it, and one that is being cancelled does not wait for it") {
  World world;
  world.external().task("a").closed().take_over().send(Resume{true}).succeed("a");
  CHECK(world.run().state() == RunState::running);
  world.task("b").closed().succeed("b");
  CHECK(world.run().state() == RunState::succeeded);

  World cancelled;
  cancelled.external().task("a").closed().send(RequestCancel{}).take_over().send(Resume{true}).cancelled("a");
  CHECK(cancelled.run().state() == RunState::cancelled);
}

TEST_CASE("after a crash a retry that was waiting is armed again and a cancel goes on") {
  World world;
  world.task("a", {}, retrying(1, 1h)).fail("a").send(Resume{});
  CHECK(world.asked<ArmWake>() == 1);
  World cancelling;
  cancelling.external().task("a").closed().send(RequestCancel{}).send(Resume{});
  CHECK(cancelling.asked<CancelAttempt>() == 1);
}

TEST_CASE("inputs are filled from parameters and results when the task starts") {
  World world;
  world.task("a").reading(
      "b", {"a"}, {{"to", hole({"parameters", "region"})}, {"n", hole({"tasks", "a", "result", "n"})}});
  world.succeed("a", {{"n", 3}});
  CHECK(world.inputs("b") == json{{"to", "west"}, {"n", 3}});
}

TEST_CASE("a large result that an older history holds is a result like any other") {
  World world;
  world.task("a").reading("b", {"a"}, hole({"tasks", "a", "result", "1"}));
  world.closed().succeed("a", JsonArray{std::string(8'000'000, 'x'), 7});
  CHECK(world.inputs("b") == json(7));
}

TEST_CASE("a flow body that failed makes its run fail though its tasks succeeded") {
  World world;
  Failure failure;
  failure.message = "thrown";
  world.task("a").send(CloseGraph{failure}).succeed("a");
  CHECK(world.run().state() == RunState::failed);
}

TEST_CASE("nothing happens to a run that is over") {
  World world;
  world.task("a").closed().succeed("a");
  auto events = world.history().size();
  world.send(RequestCancel{}).send(Resume{}).send(CloseGraph{});
  CHECK(world.history().size() == events);
}

TEST_CASE("a process that is about to leave starts nothing more, and the next one does") {
  Run run;
  Instant now{1s};
  NoValues none;
  Closed leaving(none);
  Unlimited room;
  run.apply({now, RunStarted{}});
  auto spec = [](const char* key) {
    TaskSpec spec;
    spec.key = key;
    spec.policy.retry.count = 1;
    return std::make_shared<const TaskSpec>(spec);
  };
  advance(run, AddTask{spec("a")}, now, room);
  advance(run, Failed{0, 1, {}}, now, leaving);
  advance(run, Wake{}, now, leaving);
  CHECK(run.state(0) == TaskState::retrying);
  advance(run, AddTask{spec("b")}, now, leaving);
  CHECK(run.state(1) == TaskState::pending);
  advance(run, Resume{}, now, room);
  CHECK(run.state(0) == TaskState::running);
  CHECK(run.state(1) == TaskState::running);
}

TEST_CASE("a history written and read back gives the same run") {
  World world;
  world.task("a", {}, retrying(1, 1s)).external().task("b", {"a"}).closed();
  world.fail("a").advance(1s).send(Wake{}).succeed("a", {{"n", 1}});
  world.send(Intended{1, 1, {{"body", "x"}}}).send(Attached{1, 1, {{"run_id", 7}}}).fail("b");
  std::vector<Event> copy;
  for (const auto& event : world.history()) copy.push_back(decode(encode(event)).value());
  Run again = replay(copy);
  CHECK(again.state() == world.run().state());
  CHECK(again.about().parameters == world.run().about().parameters);
  REQUIRE(again.size() == 2);
  for (TaskIndex task = 0; task < again.size(); ++task) {
    CHECK(again.state(task) == world.run().state(task));
    CHECK(again.attempts(task) == world.run().attempts(task));
  }
  CHECK(*again.value(0) == json{{"n", 1}});
  CHECK(again.failure(1)->message == "boom");
  CHECK(again.spec(0).policy.retry.delays == std::vector<Duration>{1s});
}

TEST_CASE("a damaged or unknown row of a history is refused") {
  CHECK(decode({0, 999, -1, 0, ""}).error().code == Code::internal);
  CHECK(decode({0, 4, 0, 1, "{"}).error().code == Code::internal);
}
