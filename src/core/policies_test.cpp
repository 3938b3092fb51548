// Stories about policies: conditions, skipping, clean-up, limits, priority, pause, cache, time limits of runs.
#include <doctest/doctest.h>

#include "core/test_world.h"

using namespace weir;
using namespace weir::core;
using namespace weir::core::testing;
using namespace std::chrono_literals;

namespace {

Policy limited(const std::string& limit, std::int32_t priority = 0) {
  Policy policy;
  policy.limits = {{limit, 1}};
  policy.priority = priority;
  return policy;
}

Policy cleanup() {
  Policy policy;
  policy.cleanup = true;
  return policy;
}

Policy cached(std::optional<json> key = std::nullopt) {
  Policy policy;
  policy.cache = Cache{std::move(key), false, "", std::nullopt, false};
  return policy;
}

Policy when(json value, Condition::Is is, json operand) {
  Policy policy;
  policy.when = Condition{std::move(value), is, std::move(operand)};
  return policy;
}

}  // namespace

TEST_CASE("a task that skips itself skips what follows, unless that says otherwise") {
  World world;
  world.task("a")
      .task("b", {"a"})
      .task("c", {"b"})
      .task("d", {"a"}, with_trigger(Trigger::none_failed))
      .closed();
  world.skip("a");
  CHECK(world.state("a") == TaskState::skipped);
  CHECK(world.state("c") == TaskState::skipped);
  CHECK(*world.run().note(world.at("a")) == "nothing new");
  CHECK(*world.run().note(world.at("b")) == "'a' is skipped");
  CHECK(world.state("d") == TaskState::running);
  world.succeed("d");
  CHECK(world.run().state() == RunState::succeeded);
}

TEST_CASE("branches: the condition that holds decides which task runs, and the join runs after either") {
  World world;
  world.task("pick").task("full", {"pick"}, when(result_of("pick"), Condition::Is::equals, "full"));
  world.task("delta", {"pick"}, when(result_of("pick"), Condition::Is::not_equals, "full"));
  world.task("join", {"full", "delta"}, with_trigger(Trigger::none_failed_min_one_success));
  world.succeed("pick", "delta");
  CHECK(world.state("full") == TaskState::skipped);
  CHECK(world.state("delta") == TaskState::running);
  world.succeed("delta");
  CHECK(world.state("join") == TaskState::running);
}

TEST_CASE("a handler runs when something failed and is skipped when nothing did") {
  World bad, good;
  for (World* world : {&bad, &good})
    world->task("a").task("b").task("alarm", {"a", "b"}, with_trigger(Trigger::one_failed));
  bad.fail("a");
  CHECK(bad.state("alarm") == TaskState::running);
  good.succeed("a").succeed("b");
  CHECK(good.state("alarm") == TaskState::skipped);
}

TEST_CASE("a failure that may be does not fail the run") {
  World world;
  Policy policy;
  policy.may_fail = true;
  world.task("a", {}, policy).closed().fail("a");
  CHECK(world.state("a") == TaskState::failed);
  CHECK(world.run().state() == RunState::succeeded);
}

TEST_CASE("clean-up runs after success and after failure, and not when there is nothing to clean") {
  World world;
  world.task("make").task("use", {"make"}).task("drop", {"make", "use"}, cleanup()).closed();
  world.succeed("make").fail("use");
  CHECK(world.state("drop") == TaskState::running);
  World unused;
  unused.task("no").task("make", {"no"}).task("drop", {"make"}, cleanup()).fail("no");
  CHECK(unused.state("drop") == TaskState::skipped);
}

TEST_CASE("clean-up runs also when the run is cancelled, is not cancelled itself, and is retried") {
  World world;
  auto policy = cleanup();
  policy.retry.count = 1;
  world.task("make").task("drop", {"make"}, policy).closed();
  world.send(RequestCancel{});
  CHECK(world.state("drop") == TaskState::pending);
  world.cancelled("make");
  CHECK(world.state("drop") == TaskState::running);
  world.fail("drop").send(Wake{});
  CHECK(world.state("drop") == TaskState::running);
  world.succeed("drop");
  CHECK(world.run().state() == RunState::cancelled);
}

TEST_CASE("no more attempts are under way than a limit has slots, and a slot that is free is used at once") {
  World world;
  world.room.sizes = {{"db", 2}};
  for (const char* key : {"a", "b", "c"}) world.task(key, {}, limited("db"));
  CHECK(world.state("c") == TaskState::pending);
  world.task("free");
  CHECK(world.state("free") == TaskState::running);
  world.succeed("a");
  CHECK(world.state("c") == TaskState::running);
  CHECK(world.room.used["db"] == 2);
}

TEST_CASE("a slot is given back between an attempt and its retry") {
  World world;
  world.room.sizes = {{"db", 1}};
  auto patient = limited("db");
  patient.retry = {.count = 1, .delays = {1h}};
  world.task("a", {}, patient).task("b", {}, limited("db")).fail("a");
  CHECK(world.state("b") == TaskState::running);
  world.advance(1h).send(Wake{});
  CHECK(world.state("a") == TaskState::retrying);
  world.succeed("b");
  CHECK(world.number("a") == 2);
}

TEST_CASE("among tasks that wait for a slot the highest priority goes first, then first come") {
  World world;
  world.room.sizes = {{"db", 1}};
  world.task("a", {}, limited("db")).task("low", {}, limited("db")).task("low2", {}, limited("db"));
  world.task("high", {}, limited("db", 5)).succeed("a");
  CHECK(world.state("high") == TaskState::running);
  world.succeed("high");
  CHECK(world.state("low") == TaskState::running);
  CHECK(world.state("low2") == TaskState::pending);
}

TEST_CASE("a paused run lets its attempts end and starts nothing, a crash included, until it is let go") {
  World world;
  world.task("a").task("b", {"a"}).closed().send(RequestPause{}).succeed("a");
  CHECK(world.state("b") == TaskState::pending);
  CHECK(world.run().is_paused());
  world.send(Resume{});
  CHECK(world.state("b") == TaskState::pending);
  world.send(RequestUnpause{});
  CHECK(world.state("b") == TaskState::running);
}

TEST_CASE("a paused run can be cancelled") {
  World world;
  world.task("a").task("b", {"a"}).closed().send(RequestPause{}).send(RequestCancel{}).cancelled("a");
  CHECK(world.run().state() == RunState::cancelled);
}

TEST_CASE("a result that is known already is taken over, and the task starts no attempt") {
  World world;
  world.task("probe", {}, cached());
  REQUIRE(world.room.asked.size() == 1);
  World again;
  again.room.results[world.room.asked[0]] = {json(42), "run-0"};
  again.task("probe", {}, cached()).task("after", {"probe"}).closed();
  CHECK(again.state("probe") == TaskState::succeeded);
  CHECK(again.run().is_cached(again.at("probe")));
  CHECK(again.number("probe") == 0);
  CHECK(*again.run().value(again.at("probe")) == json(42));
  CHECK(again.state("after") == TaskState::running);
}

TEST_CASE("a cache key follows from the inputs, or from what the author names instead") {
  World world;
  auto reading = [&](const char* key, json inputs, Policy policy) {
    world.add({key, "work", std::move(inputs), {}, std::move(policy), {}});
    return world.room.asked.back();
  };
  auto one = reading("a", 1, cached());
  CHECK(reading("b", 1, cached()) != one);  // the same inputs mean something else to another task
  auto named = reading("c", 1, cached(json("daily")));
  CHECK(reading("d", 2, cached(json("daily"))) == named);
  auto newer = cached(json("daily"));
  newer.cache->version = "2";
  CHECK(reading("e", 2, newer) != named);
}

TEST_CASE("a refresh asks for nothing that is known") {
  World world;
  auto policy = cached();
  policy.cache->refresh = true;
  world.task("a", {}, policy);
  CHECK(world.room.asked.empty());
  CHECK(world.state("a") == TaskState::running);
}

TEST_CASE("a worker that dies takes no retry away, and three times in a row is a failure") {
  World world;
  Failure died;
  died.why = Failure::Why::crashed;
  died.message = "the worker was killed";
  world.task("a").closed();
  for (int i = 0; i < 2; ++i) world.send(Failed{world.at("a"), world.number("a"), died});
  CHECK(world.state("a") == TaskState::running);
  CHECK(world.number("a") == 3);
  world.send(Failed{world.at("a"), 3, died});
  CHECK(world.state("a") == TaskState::failed);
}

TEST_CASE("what was ended for another's sake runs again however often, and nothing counts against it") {
  World world;
  world.task("a", {}, retrying(1)).closed();
  for (int i = 0; i < 5; ++i) world.send(Lost{world.at("a"), world.number("a")});
  CHECK(world.state("a") == TaskState::running);
  CHECK(world.number("a") == 6);
  CHECK(world.run().failures(world.at("a")) == 0);
  world.send(RequestCancel{}).send(Lost{world.at("a"), 6});
  CHECK(world.run().state() == RunState::cancelled);
}

TEST_CASE("a run that outlives its time is ended like a cancelled one, and has failed") {
  Run run;
  Unlimited room;
  Instant now{1'000'000s};
  RunStarted about;
  about.timeout = 1min;
  run.apply({now, about});
  TaskSpec spec;
  spec.key = "a";
  auto begun = advance(run, Begin{}, now, room);
  REQUIRE(begun.commands.size() == 1);
  CHECK(std::get<ArmRunTimeout>(begun.commands[0]).due == now + 1min);
  advance(run, AddTask{std::make_shared<const TaskSpec>(spec)}, now, room);
  CHECK(advance(run, RunTimeoutDue{}, now + 59s, room).events.empty());
  advance(run, RunTimeoutDue{}, now + 1min, room);
  advance(run, Cancelled{0, 1}, now + 61s, room);
  CHECK(run.state(0) == TaskState::cancelled);
  CHECK(run.state() == RunState::failed);
}
