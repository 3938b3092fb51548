#include <algorithm>
#include <set>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "graph/dot.h"
#include "graph/draw.h"
#include "graph/graph_json.h"
#include "graph/mermaid.h"
#include "graph/svg.h"
#include "graph/test_flows.h"
#include "graph/text.h"

using namespace weir;
using namespace weir::graph;

namespace {

/// A flow whose texts try to break out of every format.
Graph hostile_graph() {
  core::FlowSpec flow{.name = "a \"b\" \\ <c> & d"};
  flow.tasks = {test_task("_x.y-z_"), test_task("end", {"_x.y-z_"})};
  flow.tasks[0].kind = "</text>\"]; --> `**` #quot; \\N {x} \\";
  return graph_of(flow, "end");
}

/// The texts of a format's edges, sorted.
std::vector<std::string> expected_edges(const Graph& graph, auto&& text_of) {
  std::vector<std::string> edges;
  for (const auto& edge : graph.edges) edges.push_back(text_of(edge));
  std::ranges::sort(edges);
  return edges;
}

std::vector<std::string> lines_with(const std::string& text, std::string_view part) {
  auto lines = lines_of(text);
  std::erase_if(lines, [&](const std::string& line) { return !line.contains(part); });
  std::ranges::sort(lines);
  return lines;
}

}  // namespace

TEST_CASE("mermaid draws the tutorial") {
  CHECK(mermaid_of(graph_of(tutorial_flow())) == R"(---
title: "tutorial"
---
flowchart LR
  t0["ingest<br/>value"]
  t1["daily_config<br/>value"]
  t2["daily<br/>databricks.submit_run<br/>retries 2"]
  t3["monthly_config<br/>value"]
  t4["monthly<br/>databricks.submit_run<br/>retries 2"]
  t0 -.-> t2
  t1 --> t2
  t2 -.-> t4
  t3 --> t4
)");
}

TEST_CASE("dot draws the tutorial") {
  CHECK(dot_of(graph_of(tutorial_flow())) == R"(digraph "tutorial" {
  rankdir=LR
  node [shape=box, style=rounded, fontname="sans-serif"]
  "ingest" [label="ingest\nvalue"]
  "daily_config" [label="daily_config\nvalue"]
  "daily" [label="daily\ndatabricks.submit_run\nretries 2"]
  "monthly_config" [label="monthly_config\nvalue"]
  "monthly" [label="monthly\ndatabricks.submit_run\nretries 2"]
  "ingest" -> "daily" [style=dashed]
  "daily_config" -> "daily"
  "daily" -> "monthly" [style=dashed]
  "monthly_config" -> "monthly"
}
)");
}

TEST_CASE("json lists nodes and edges by key") {
  auto drawn = to_json(graph_of(tutorial_flow()));
  CHECK(drawn.at("nodes").at(2) ==
        json{{"key", "daily"}, {"kind", "databricks.submit_run"}, {"marks", {{"retries", "2"}}}});
  CHECK(drawn.at("edges").at(1) == json{{"from", "daily_config"}, {"to", "daily"}, {"kind", "data"}});
  CHECK(drawn.at("grows_after").is_null());
  CHECK(to_json(hostile_graph()).at("grows_after") == "end");
}

TEST_CASE("a graph that grows has a dashed node for what is to come") {
  auto graph = graph_of({.name = "f", .tasks = {test_task("a_b")}}, "a_b");
  auto mermaid = mermaid_of(graph);
  CHECK(mermaid.contains("  more[\"grows at run time after a_b\"]:::open\n  t0 -.-> more\n"));
  CHECK(mermaid.contains("classDef open stroke-dasharray"));
  auto dot = dot_of(graph);
  CHECK(dot.contains("\"and more\" [label=\"grows at run time after a_b\", style=\"rounded,dashed\"]"));
  CHECK(dot.contains("\"a_b\" -> \"and more\" [style=dashed]"));
  auto svg = svg_of(graph);
  CHECK(svg.contains("class=\"box open\""));
  CHECK(svg.contains("grows at run time after a_b"));
}

TEST_CASE("texts cannot break out of their labels") {
  auto graph = hostile_graph();
  auto mermaid = mermaid_of(graph);
  CHECK(mermaid.contains(
      "  t0[\"#95;x.y-z#95;<br/>#60;/text#62;#34;#93;#59; --#62; #96;#42;#42;#96; #35;quot#59; "
      "#92;N #123;x#125; #92;\"]\n"));
  CHECK(mermaid.contains(R"(title: "a \"b\" \\ <c> & d")"));
  auto dot = dot_of(graph);
  CHECK(dot.starts_with(R"(digraph "a \"b\" \\ <c> & d" {)"));
  CHECK(dot.contains(R"(label="_x.y-z_\n</text>\"]; --> `**` #quot; \\N {x} \\"])"));
  auto svg = svg_of(graph);
  CHECK(svg.contains("<title>a &quot;b&quot; \\ &lt;c&gt; &amp; d</title>"));
  CHECK(svg.contains(">&lt;/text&gt;&quot;]; --&gt; `**`"));
}

TEST_CASE("long texts are shortened in a picture and whole in its tooltip") {
  std::string key(128, 'k');
  auto svg = svg_of(graph_of({.name = "f", .tasks = {test_task(key)}}));
  CHECK(svg.contains("<title>" + key + "\nvalue</title>"));
  CHECK(svg.contains(">" + std::string(35, 'k') + "…</text>"));
  CHECK(shortened("größe", 5) == "größe");
  CHECK(shortened("größer", 5) == "größ…");
}

TEST_CASE("random graphs have each of their edges exactly once in every format") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    auto graph = graph_of(random_flow(seed, 10 * seed, 4, 5 + seed));
    auto key = [&](Index node) { return graph.nodes[node].key; };

    CHECK(lines_with(mermaid_of(graph), "> t") == expected_edges(graph, [&](const Edge& edge) {
            return fmt::format("  t{} {} t{}", edge.from, edge.kind == EdgeKind::data ? "-->" : "-.->",
                               edge.to);
          }));
    CHECK(lines_with(dot_of(graph), " -> ") == expected_edges(graph, [&](const Edge& edge) {
            return fmt::format("  \"{}\" -> \"{}\"{}", key(edge.from), key(edge.to),
                               edge.kind == EdgeKind::data ? "" : " [style=dashed]");
          }));
    auto written = parse_json(draw(graph, Format::json, Charset::ascii));
    REQUIRE(written);
    CHECK(*written == to_json(graph));
    std::vector<std::string> edges;
    for (const auto& edge : written->at("edges").as_array()) edges.push_back(to_text(edge));
    std::ranges::sort(edges);
    CHECK(edges == expected_edges(graph, [&](const Edge& edge) {
            return fmt::format(R"({{"from":"{}","to":"{}","kind":"{}"}})", key(edge.from), key(edge.to),
                               name_of(edge.kind));
          }));
    CHECK(lines_with(svg_of(graph), "<path class=").size() == graph.edges.size());
  }
}

TEST_CASE("a format is found by its name or by the ending of a file") {
  CHECK(format_named("svg") == Format::svg);
  CHECK(format_named("mermiad").error().hint == "did you mean 'mermaid'?");
  CHECK(format_for_file("out/flow.svg") == Format::svg);
  CHECK(format_for_file("flow.gv") == Format::dot);
  CHECK(format_for_file("flow.txt") == Format::tree);
  CHECK(format_for_file("") == Format::tree);
}
