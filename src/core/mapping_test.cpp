// Tasks that are mapped over a value known only at run time.
#include <doctest/doctest.h>

#include "core/test_world.h"

using namespace weir;
using namespace weir::core;
using namespace weir::core::testing;

TEST_CASE("a mapped task runs once for each item and gives the array of their results") {
  World world;
  world.task("list").mapped("clean", {"list"}, result_of("list")).closed();
  CHECK(world.state("clean") == TaskState::pending);
  world.succeed("list", {10, 20, 30});
  CHECK(world.state("clean") == TaskState::running);
  CHECK(world.inputs("clean[1]") == json(20));
  world.succeed("clean[2]", "c").succeed("clean[0]", "a");
  CHECK(world.state("clean") == TaskState::running);
  world.succeed("clean[1]", "b");
  CHECK(world.state("clean") == TaskState::succeeded);
  CHECK(*world.run().value(world.at("clean")) == json{"a", "b", "c"});
  CHECK(world.run().state() == RunState::succeeded);
}

TEST_CASE("mapping over nothing succeeds with nothing") {
  World world;
  world.mapped("clean", {}, JsonArray{}).reading("after", {"clean"}, result_of("clean"));
  CHECK(world.state("clean") == TaskState::succeeded);
  CHECK(world.inputs("after") == json(JsonArray{}));
}

TEST_CASE("elements of two mapped tasks in a row do not wait for each other") {
  World world;
  world.mapped("a", {}, {1, 2, 3})
      .mapped("b", {"a"}, result_of("a"))
      .mapped("c", {"b"}, result_of("b"))
      .closed();
  world.succeed("a[1]", "one").succeed("b[1]", "two");
  CHECK(world.state("c[1]") == TaskState::running);
  CHECK(world.inputs("c[1]") == json("two"));
  CHECK(world.state("a[0]") == TaskState::running);
  CHECK(world.state("b[0]") == TaskState::pending);
}

TEST_CASE("a task that reads the whole result waits for every element") {
  World world;
  world.mapped("a", {}, {1, 2}).reading("sum", {"a"}, result_of("a"));
  world.succeed("a[0]", 1);
  CHECK(world.state("sum") == TaskState::pending);
  world.succeed("a[1]", 2);
  CHECK(world.inputs("sum") == json{1, 2});
}

TEST_CASE("one failed element dooms what follows it, and the other elements go on") {
  World world;
  world.mapped("a", {}, {1, 2}).mapped("b", {"a"}, result_of("a")).task("after", {"b"}).closed();
  world.fail("a[0]");
  CHECK(world.state("b[0]") == TaskState::upstream_failed);
  CHECK(world.state("a") == TaskState::running);
  world.succeed("a[1]").succeed("b[1]");
  CHECK(world.state("a") == TaskState::failed);
  CHECK(world.state("b") == TaskState::failed);
  CHECK(world.state("after") == TaskState::upstream_failed);
  CHECK(world.run().state() == RunState::failed);
}

TEST_CASE("elements that are skipped skip what follows them; all skipped is a skipped task") {
  World world;
  world.mapped("a", {}, {1, 2}).mapped("b", {"a"}, result_of("a")).closed();
  world.skip("a[0]").skip("a[1]");
  CHECK(world.state("b[1]") == TaskState::skipped);
  CHECK(world.state("a") == TaskState::skipped);
  CHECK(world.state("b") == TaskState::skipped);
  CHECK(world.run().state() == RunState::succeeded);
}

TEST_CASE("several arrays are walked along together, and must have one length") {
  World world;
  JsonObject both{{"x", {1, 2}}, {"y", hole({"parameters", "names"})}};
  world.mapped("a", {}, both);
  CHECK(world.state("a") == TaskState::failed);  // there is no parameter 'names'
  world.mapped("b", {}, JsonObject{{"x", {1, 2}}, {"y", {"p", "q"}}});
  CHECK(world.inputs("b[1]") == json{{"x", 2}, {"y", "q"}});
  world.mapped("c", {}, JsonObject{{"x", {1, 2}}, {"y", {"p"}}});
  CHECK(world.run().failure(world.at("c"))->message.find("map.y has 1") != std::string::npos);
}

TEST_CASE("mapping over what is no array fails the task and says what it is") {
  World world;
  world.task("list").mapped("clean", {"list"}, result_of("list")).closed().succeed("list", "three");
  CHECK(world.state("clean") == TaskState::failed);
  CHECK(world.run().failure(world.at("clean"))->message.find("a string, not an array") != std::string::npos);
  CHECK(world.run().state() == RunState::failed);
}

TEST_CASE("a task that is mapped over its own item fails and says so, wherever the item hides") {
  World world;
  world.mapped("whole", {}, hole({"item"}));
  world.mapped("inside", {}, JsonArray{json(1), json{{"deep", hole({"item", "x"})}}});
  world.mapped("named", {}, JsonObject{{"x", JsonArray{json(1)}}, {"y", JsonArray{hole({"index"})}}})
      .closed();
  auto why = [&](const char* task) { return world.run().failure(world.at(task))->message; };
  CHECK(why("whole").contains("map cannot look up 'item'"));
  CHECK(why("inside").contains("map cannot look up 'item.x'"));
  CHECK(why("named").contains("map cannot look up 'index'"));
  CHECK(world.run().state() == RunState::failed);
}

TEST_CASE("an element knows its index, and items may hold anything") {
  World world;
  TaskSpec spec{"a", "work", {{"n", hole({"index"})}, {"id", hole({"item", "id"})}},
                {},  {},     json{{{"id", "x"}}}};
  world.add(spec);
  CHECK(world.inputs("a[0]") == json{{"n", 0}, {"id", "x"}});
}

TEST_CASE("elements are retried one by one and survive a crash of the process") {
  World world;
  world.mapped("a", {}, {1, 2}, retrying(1)).fail("a[0]").send(Wake{});
  CHECK(world.number("a[0]") == 2);
  world.send(Resume{});
  CHECK(world.number("a[0]") == 3);
  CHECK(world.number("a[1]") == 2);
  CHECK(world.run().failures(world.at("a[0]")) == 1);
}

TEST_CASE("cancelling a run of a hundred thousand elements records one event for those that wait") {
  World world;
  Policy one_at_a_time;
  one_at_a_time.limits = {{"db", 1}};
  world.room.sizes = {{"db", 1}};
  JsonArray items(100'000, json(1));
  world.mapped("a", {}, items, one_at_a_time).closed();
  auto before = world.history().size();
  world.send(RequestCancel{});
  CHECK(world.history().size() == before + 2);
  world.cancelled("a[0]");
  CHECK(world.run().state() == RunState::cancelled);
  CHECK(world.run().stage(0).in(TaskState::cancelled) == 100'000);
}

TEST_CASE("a mapped task that is added after its source has expanded follows the same elements") {
  World world;
  world.mapped("a", {}, {1, 2}).succeed("a[0]", "x").mapped("b", {"a"}, result_of("a"));
  CHECK(world.inputs("b[0]") == json("x"));
  CHECK(world.state("b[1]") == TaskState::pending);
}

TEST_CASE("clean-up of a mapped chain runs for each element, also for those that failed") {
  World world;
  Policy always = with_trigger(Trigger::all_done);
  world.mapped("a", {}, {1, 2}).mapped("close", {"a"}, result_of("a"), always).closed();
  world.fail("a[0]").succeed("a[1]");
  CHECK(world.state("close[0]") == TaskState::running);
  CHECK(world.state("close[1]") == TaskState::running);
}
