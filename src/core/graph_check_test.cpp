#include "core/graph_check.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::core;

namespace {

TaskSpec task(std::string key, std::vector<std::string> upstreams = {}) {
  return {.key = std::move(key), .upstreams = std::move(upstreams)};
}

}  // namespace

TEST_CASE("a graph without holes or circles passes, whatever the order of its tasks") {
  std::vector<TaskSpec> tasks = {task("c", {"a", "b"}), task("b", {"a"}), task("a")};
  CHECK(check_graph(tasks));
  CHECK(check_graph({}));
}

TEST_CASE("every missing upstream is named with the nearest task") {
  std::vector<TaskSpec> tasks = {task("ingest"), task("daily", {"ingst", "nowhere_near"})};
  auto missing = missing_upstreams(tasks);
  REQUIRE(missing.size() == 2);
  CHECK(to_text(to_error(missing[0])) ==
        "task 'daily' needs 'ingst', which does not exist\ndid you mean 'ingest'?");
  CHECK(missing[1].upstream == "nowhere_near");
  CHECK(missing[1].hint == "known: ingest, daily");
  CHECK(check_graph(tasks).error().message == to_error(missing[0]).message);
}

TEST_CASE("a circle is told in the order of need, from the task declared first") {
  std::vector<TaskSpec> tasks = {task("start"), task("a", {"start", "b"}), task("b", {"c"}),
                                 task("c", {"a"})};
  auto cycles = cycles_in(tasks);
  REQUIRE(cycles.size() == 1);
  CHECK(cycles[0] == Cycle{"a", "b", "c"});
  CHECK(to_error(cycles[0]).message == "tasks need each other in a circle: a -> b -> c -> a");
  CHECK(check_graph(tasks).error().code == Code::invalid);
}

TEST_CASE("a task that needs itself is told so") {
  std::vector<TaskSpec> tasks = {task("a", {"a"})};
  CHECK(check_graph(tasks).error().message == "task 'a' needs itself");
}

TEST_CASE("separate circles are all found") {
  std::vector<TaskSpec> tasks = {task("a", {"b"}), task("b", {"a"}), task("c", {"d", "a"}), task("d", {"c"}),
                                 task("e", {"e"})};
  auto cycles = cycles_in(tasks);
  CHECK(cycles == std::vector<Cycle>{{"a", "b"}, {"c", "d"}, {"e"}});
}

TEST_CASE("a very long chain neither overflows the stack nor takes long") {
  std::vector<TaskSpec> tasks;
  for (int i = 0; i < 200'000; ++i) tasks.push_back(task(std::to_string(i), {std::to_string(i + 1)}));
  tasks.push_back(task("200000"));
  CHECK(cycles_in(tasks).empty());
  tasks.back().upstreams = {"0"};
  auto cycles = cycles_in(tasks);
  REQUIRE(cycles.size() == 1);
  CHECK(cycles[0].size() == 200'001);
  CHECK(to_error(cycles[0]).message.ends_with("18 -> 19 -> … -> 0"));
}

TEST_CASE("tasks are put in order without moving more of them than needed") {
  std::vector<TaskSpec> tasks = {task("c", {"b"}), task("a"), task("b", {"a"}), task("free")};
  std::vector<std::string> keys;
  for (const auto& spec : in_order(tasks)) keys.push_back(spec.key);
  CHECK(keys == std::vector<std::string>{"a", "b", "c", "free"});
}
