#include "graph/graph.h"

#include <doctest/doctest.h>

#include "graph/test_flows.h"

using namespace weir;
using namespace weir::graph;

TEST_CASE("an edge is data where the inputs read the result, and order where they do not") {
  auto graph = graph_of(tutorial_flow());
  CHECK(graph.flow == "tutorial");
  REQUIRE(graph.nodes.size() == 5);
  REQUIRE(graph.edges.size() == 4);
  auto shown = [&](const Edge& edge) {
    return graph.nodes[edge.from].key + " " + std::string(name_of(edge.kind)) + " " +
           graph.nodes[edge.to].key;
  };
  CHECK(shown(graph.edges[0]) == "ingest order daily");
  CHECK(shown(graph.edges[1]) == "daily_config data daily");
  CHECK(shown(graph.edges[2]) == "daily order monthly");
  CHECK(shown(graph.edges[3]) == "monthly_config data monthly");
}

TEST_CASE("upstreams may be declared after what waits for them") {
  core::FlowSpec flow{.name = "f"};
  flow.tasks = {test_task("b", {"a"}), test_task("a")};
  auto graph = graph_of(flow);
  CHECK(graph.nodes[0].key == "b");
  CHECK(graph.edges[0].from == 1);
  CHECK(graph.edges[0].to == 0);
}

TEST_CASE("policies become marks, and a plain task has none") {
  auto graph = graph_of(tutorial_flow());
  CHECK(marks_text(graph.nodes[0]) == "");
  CHECK(marks_text(graph.nodes[2]) == "retries 2");
  auto flow = tutorial_flow();
  flow.tasks[2].policy.timeout = std::chrono::minutes(10);
  CHECK(marks_text(graph_of(flow).nodes[2], ", ") == "retries 2, timeout 10m00s");
}

TEST_CASE("mapping, rules and conditions are marked, and what they read is data") {
  auto result_of = [](const char* key) { return core::hole({"tasks", key, "result"}); };
  core::FlowSpec flow{.name = "f"};
  flow.tasks = {test_task("split"), test_task("each", {"split"}), test_task("last", {"each", "split"})};
  flow.tasks[1].map = result_of("split");
  auto& policy = flow.tasks[2].policy;
  policy.trigger = {core::Trigger::at_least, 3};
  policy.when = {result_of("split"), core::Condition::Is::greater_than, 7};
  policy.cleanup = true;
  policy.cache = core::Cache{.expires = std::chrono::hours(2)};
  policy.limits = {{"spark"}, {"api", 2}};
  auto graph = graph_of(flow);
  CHECK(marks_text(graph.nodes[1]) == "map tasks.split.result");
  CHECK(marks_text(graph.nodes[2]) ==
        "trigger at_least 3 · when tasks.split.result greater_than 7 · cleanup · cache 2h00m · limits spark, "
        "api 2");
  CHECK(graph.edges[0].kind == EdgeKind::data);
  CHECK(graph.edges[1].kind == EdgeKind::order);
  CHECK(graph.edges[2].kind == EdgeKind::data);
}

TEST_CASE("texts of a graph are one line of UTF-8, whatever they were") {
  core::FlowSpec flow{.name = "two\nlines"};
  flow.tasks = {test_task("a")};
  flow.tasks[0].kind = "bell\a broken\xC3( tail\xE2\x82 \xC2\x9B \xEF\xBF\xBE \xED\xA0\x80 größe";
  auto graph = graph_of(flow);
  CHECK(graph.flow == "two lines");
  CHECK(graph.nodes[0].kind == "bell  broken\uFFFD( tail\uFFFD\uFFFD   \uFFFD \uFFFD\uFFFD\uFFFD größe");
}
