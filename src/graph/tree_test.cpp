#include "graph/tree.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "graph/test_flows.h"

using namespace weir;
using namespace weir::graph;

namespace {

std::string tree(const std::vector<core::TaskSpec>& tasks, Charset charset = Charset::unicode) {
  return tree_of(graph_of({.name = "f", .tasks = tasks}), charset);
}

/// Lines that hang below another one: each is an edge.
std::size_t edge_lines(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(lines_of(text), [](const std::string& line) {
    return line.find("-- ") != line.npos || (line.find(".. ") != line.npos && !line.starts_with("..."));
  }));
}

}  // namespace

TEST_CASE("the tree shows what waits for each task, each task once with what follows from it") {
  CHECK(tree_of(graph_of(tutorial_flow()), Charset::unicode) ==
        "tutorial · 5 tasks\n"
        "\n"
        "ingest  value\n"
        "└╌╌ daily  databricks.submit_run  retries 2\n"
        "    └╌╌ monthly  databricks.submit_run  retries 2\n"
        "daily_config  value\n"
        "└── daily ↑\n"
        "monthly_config  value\n"
        "└── monthly ↑\n"
        "\n"
        "── reads the result   ╌╌ only waits   ↑ shown above\n");
}

TEST_CASE("a terminal without Unicode gets plain characters") {
  auto text =
      tree({test_task("a"), test_task("b", {"a"}), test_task("c", {}, {"a"}), test_task("d", {"b", "c"})},
           Charset::ascii);
  CHECK(text ==
        "f, 4 tasks\n"
        "\n"
        "a  value\n"
        "|.. b  value\n"
        "|   `.. d  value\n"
        "`-- c  value\n"
        "    `.. d ^\n"
        "\n"
        "-- reads the result   .. only waits   ^ shown above\n");
}

TEST_CASE("a graph that grows says so in the last line of its tasks") {
  auto flow = core::FlowSpec{.name = "f", .tasks = {test_task("a")}};
  CHECK(tree_of(graph_of(flow, "a"), Charset::unicode) ==
        "f · 1 task\n\na  value\n… grows at run time after a\n");
}

TEST_CASE("a flow without tasks is its name") { CHECK(tree({}) == "f · 0 tasks\n\n"); }

TEST_CASE("what is too deep goes on at the margin, so that a long chain stays readable and small") {
  std::vector<core::TaskSpec> tasks = {test_task("0")};
  for (int i = 1; i < 100'000; ++i) tasks.push_back(test_task(std::to_string(i), {std::to_string(i - 1)}));
  auto text = tree(tasks);
  CHECK(text.size() < 10'000'000);
  auto lines = lines_of(text);
  auto longest = std::ranges::max(lines, {}, &std::string::size);
  CHECK(longest.size() < 120);
  CHECK(text.contains("16 ↓\n16  value\n"));
  CHECK(text.contains("99999  value\n"));
}

TEST_CASE("every edge of a random graph is one line, and every task is shown whole exactly once") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    auto graph = graph_of(random_flow(seed, 200, 3, 1 + seed * 3));
    auto text = tree_of(graph, Charset::ascii);
    CHECK(edge_lines(text) == graph.edges.size() + 1);  // the legend names both kinds of line
    std::size_t whole = 0;
    for (const auto& line : lines_of(text)) whole += line.ends_with("  value");
    CHECK(whole == graph.nodes.size());
  }
}
