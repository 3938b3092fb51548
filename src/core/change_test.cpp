// Tasks that a later life of their run declares otherwise.
#include "core/test_world.h"

using namespace weir;
using namespace weir::core;
using namespace weir::core::testing;

namespace {

using Why = TaskChanged::Why;

/// A later life declares `key` with other inputs.
void change(World& world, const std::string& key, json inputs, std::vector<std::string> upstreams = {},
            std::optional<json> map = std::nullopt) {
  TaskSpec spec{key, "work", std::move(inputs), std::move(upstreams), {}, std::move(map)};
  bool external = world.run().is_external(world.at(key));
  world.send(
      ChangeTask{world.at(key), std::make_shared<const TaskSpec>(std::move(spec)), external, Why::inputs});
}

}  // namespace

TEST_CASE("a task whose inputs changed runs again, and what followed from its result") {
  World world;
  world.reading("load", {}, 1)
      .reading("clean", {"load"}, result_of("load"))
      .task("other")
      .task("report", {"clean"});
  world.succeed("load", 1).succeed("clean", 1).succeed("other").succeed("report");
  world.send(Resume{});
  change(world, "load", 2);
  CHECK(world.state("load") == TaskState::running);
  CHECK(world.inputs("load") == json(2));
  CHECK(world.state("clean") == TaskState::pending);
  CHECK(world.state("report") == TaskState::pending);
  CHECK(world.state("other") == TaskState::succeeded);
  world.closed().succeed("load", 2).succeed("clean").succeed("report");
  CHECK(world.run().state() == RunState::succeeded);
  CHECK(world.number("load") == 2);
}

TEST_CASE("an attempt of the old declaration is ended, and seen to end, before the new one starts") {
  World world;
  world.external().reading("load", {}, 1).task("after", {"load"}).closed();
  world.send(Resume{});
  change(world, "load", 2);
  CHECK(world.asked<CancelAttempt>() == 1);
  CHECK(world.inputs("load") == json(1));
  CHECK(world.number("load") == 1);
  SUBCASE("cancelled") { world.cancelled("load"); }
  SUBCASE("failed") { world.fail("load"); }
  SUBCASE("succeeded, which does not count") { world.succeed("load", 7); }
  CHECK(world.number("load") == 2);
  CHECK(world.inputs("load") == json(2));
  CHECK(world.state("after") == TaskState::pending);
  CHECK(world.run().failures(world.at("load")) == 0);
}

TEST_CASE(
    "what followed from the old result and is under way is ended too, while the task itself runs already") {
  World world;
  world.reading("load", {}, 1).external().task("report", {"load"}).closed().succeed("load", 1);
  REQUIRE(world.state("report") == TaskState::running);
  world.send(Resume{});
  change(world, "load", 2);
  CHECK(world.number("load") == 2);
  world.succeed("load", 2);
  CHECK(world.number("report") == 1);
  world.cancelled("report");
  CHECK(world.number("report") == 2);
  world.succeed("report");
  CHECK(world.run().state() == RunState::succeeded);
}

TEST_CASE("a process that dies while an attempt is being ended goes on ending it") {
  World world;
  world.external().reading("load", {}, 1).closed().send(Resume{});
  world.send(Intended{world.at("load"), 1, {{"x", 1}}});
  change(world, "load", 2);
  world.take_over().send(Resume{});
  CHECK(world.asked<StartAttempt>() == 1);
  CHECK(world.asked<CancelAttempt>() == 1);
  world.cancelled("load");
  CHECK(world.inputs("load") == json(2));
}

TEST_CASE("an attempt that was to end and never was sent stays unsent") {
  World world;
  world.external().reading("load", {}, 1).closed().send(Resume{});
  change(world, "load", 2);
  world.send(Intended{world.at("load"), 1, {{"x", 1}}});
  CHECK(world.asked<Proceed>() == 0);
}

TEST_CASE("a mapped task starts anew when the last of its elements has ended") {
  World world;
  world.external().mapped("each", {}, {1, 2, 3}).reading("sum", {"each"}, result_of("each")).closed();
  world.succeed("each[0]", 10);
  change(world, "each", hole({"item"}), {}, json{7});
  world.cancelled("each[1]");
  CHECK(world.run().stage(0).count == 3);
  world.cancelled("each[2]");
  CHECK(world.run().stage(0).count == 1);
  CHECK(world.inputs("each[0]") == json(7));
  world.succeed("each[0]", 70);
  CHECK(world.inputs("sum") == JsonArray{70});
}

TEST_CASE("a task may wait for others than before") {
  World world;
  world.task("a").task("b").reading("c", {"a"}, result_of("a")).closed().succeed("a", 1);
  world.send(Resume{});
  change(world, "c", result_of("b"), {"b"});
  world.cancelled("c");
  CHECK(world.state("c") == TaskState::pending);
  world.succeed("b", 2);
  CHECK(world.inputs("c") == json(2));
  change(world, "a", 5);
  CHECK(world.state("c") == TaskState::running);
}

TEST_CASE("another policy holds for what has not ended, and nothing runs again") {
  World world;
  world.task("a").task("b", {"a"});
  auto with = [&](const std::string& key, Policy policy) {
    TaskSpec spec{key,     "work",
                  nullptr, key == "b" ? std::vector<std::string>{"a"} : std::vector<std::string>{},
                  policy,  {}};
    world.send(
        ChangeTask{world.at(key), std::make_shared<const TaskSpec>(std::move(spec)), false, Why::policy});
  };
  with("a", with_timeout(std::chrono::seconds{5}, 1));
  CHECK(world.asked<ArmTimeout>() == 1);
  CHECK(world.number("a") == 1);
  world.fail("a");
  CHECK(world.state("a") == TaskState::running);
  world.succeed("a").fail("b");
  CHECK(world.run().unsuccessful() == 1);
  Policy policy;
  policy.may_fail = true;
  with("b", policy);
  world.closed();
  CHECK(world.run().state() == RunState::succeeded);
}

TEST_CASE("a cancel request ends a change that waits for an attempt to end") {
  World world;
  world.external().reading("load", {}, 1).task("after", {"load"}).closed().send(Resume{});
  change(world, "load", 2);
  world.send(RequestCancel{}).cancelled("load");
  CHECK(world.state("load") == TaskState::cancelled);
  CHECK(world.run().state() == RunState::cancelled);
}

TEST_CASE("what a superseded attempt comes to does not count in a run that was cancelled since") {
  World world;
  world.external().reading("load", {}, 1).task("after", {"load"}).closed().send(Resume{});
  change(world, "load", 2);
  world.send(RequestCancel{});
  SUBCASE("at once") {}
  SUBCASE("in a later life") { world.take_over().send(Resume{}); }
  SUBCASE("a failure") { world.fail("load"); }
  if (world.state("load") == TaskState::running) world.succeed("load", 7);
  CHECK(world.state("load") == TaskState::cancelled);
  CHECK(world.run().value(world.at("load")) == nullptr);
  CHECK(world.run().state() == RunState::cancelled);
}

TEST_CASE("of a mapped task that was superseded nothing counts in a run that was cancelled since") {
  World world;
  world.external().mapped("each", {}, {1, 2, 3}).reading("sum", {"each"}, result_of("each")).closed();
  world.succeed("each[0]", 10).send(Resume{});
  change(world, "each", hole({"item"}), {}, json{7});
  world.send(RequestCancel{}).succeed("each[1]", 20);
  CHECK(world.run().state() == RunState::running);
  world.cancelled("each[2]");
  CHECK(world.state("each") == TaskState::cancelled);
  CHECK(world.run().stage(0).count == 0);
  CHECK(world.state("sum") == TaskState::cancelled);
  CHECK(world.run().state() == RunState::cancelled);
}
