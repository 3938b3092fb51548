#include "graph/layout.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "graph/crossings.h"
#include "graph/heights.h"
#include "graph/svg.h"
#include "graph/test_flows.h"

using namespace weir;
using namespace weir::graph;

namespace {

constexpr double box_height = 46;

std::vector<Link> random_links(std::uint64_t seed, std::size_t size, std::size_t upstreams_max,
                               std::size_t reach) {
  std::vector<Link> links;
  for (const auto& edge : graph_of(random_flow(seed, size, upstreams_max, reach)).edges) {
    links.emplace_back(edge.from, edge.to);
  }
  return links;
}

bool overlap(const Box& one, const Box& other) {
  return one.corner.x < other.corner.x + other.width && other.corner.x < one.corner.x + one.width &&
         one.corner.y < other.corner.y + box_height && other.corner.y < one.corner.y + box_height;
}

/// Every pair of links between two layers, compared one by one.
std::uint64_t crossings_counted(const Layers& layers) {
  std::vector<std::size_t> at(layers.layer_of.size());
  for (const auto& layer : layers.layers) {
    for (std::size_t i = 0; i < layer.size(); ++i) at[layer[i]] = i;
  }
  std::vector<Link> links;
  for (Slot slot = 0; slot < layers.layer_of.size(); ++slot) {
    for (Slot next : layers.after.of(slot)) links.emplace_back(slot, next);
  }
  std::uint64_t crossings = 0;
  for (auto [a, b] : links) {
    for (auto [c, d] : links)
      crossings += layers.layer_of[a] == layers.layer_of[c] && at[a] < at[c] && at[b] > at[d];
  }
  return crossings;
}

}  // namespace

TEST_CASE("a node goes one layer behind the last it waits for, and long edges bend in the layers between") {
  std::vector<Link> edges = {{0, 1}, {1, 2}, {0, 2}};
  auto layers = spread(3, edges);
  CHECK(layers.layer_of == std::vector<std::uint32_t>{0, 1, 2, 1});
  CHECK(layers.bends[2].count == 1);
  CHECK(layers.is_bend(layers.bends[2].first));
  CHECK(layers.layers[1] == std::vector<Slot>{1, 3});
}

TEST_CASE("crossings are counted, and sweeps take away what can be taken away") {
  // Two layers of three, drawn upside down.
  std::vector<Link> edges = {{0, 5}, {1, 4}, {2, 3}};
  auto layers = spread(6, edges);
  CHECK(crossings_in(layers) == 3);
  untangle(layers);
  CHECK(crossings_in(layers) == 0);
}

TEST_CASE("sweeps never leave more crossings than there were") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    auto layers = spread(60, random_links(seed, 60, 3, 25));
    auto before = crossings_in(layers);
    CHECK(before == crossings_counted(layers));
    untangle(layers);
    CHECK(crossings_in(layers) <= before);
    CHECK(crossings_in(layers) == crossings_counted(layers));
  }
}

TEST_CASE("values are kept apart with as little moving as possible") {
  std::vector<double> weights(4, 1.0), distances(4, 10.0);
  CHECK(kept_apart(std::vector{0.0, 20.0, 40.0, 60.0}, weights, distances) ==
        std::vector{0.0, 20.0, 40.0, 60.0});
  CHECK(kept_apart(std::vector{0.0, 0.0, 0.0, 100.0}, weights, distances) ==
        std::vector{-10.0, 0.0, 10.0, 100.0});
  CHECK(kept_apart(std::vector{0.0, 0.0}, std::vector{3.0, 1.0}, std::vector{0.0, 8.0}) ==
        std::vector{-2.0, 6.0});
}

TEST_CASE("boxes of random graphs do not overlap, lie in the picture, and edges go from left to right") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    auto links = random_links(seed, 120, 3, 10 * seed);
    std::vector<double> widths;
    for (std::size_t i = 0; i < 120; ++i) widths.push_back(80.0 + static_cast<double>(i % 7) * 20);
    auto layout = lay_out(widths, box_height, links);
    for (std::size_t i = 0; i < layout.boxes.size(); ++i) {
      const auto& box = layout.boxes[i];
      CHECK(box.width >= widths[i]);
      bool inside = box.corner.x >= 0 && box.corner.y >= 0 && box.corner.x + box.width <= layout.width &&
                    box.corner.y + box_height <= layout.height;
      CHECK(inside);
      for (std::size_t j = 0; j < i; ++j) REQUIRE_FALSE(overlap(box, layout.boxes[j]));
    }
    for (const auto& route : layout.routes) {
      CHECK(std::ranges::is_sorted(route, {}, &Point::x));
    }
  }
}

TEST_CASE("a chain is a straight line") {
  std::vector<Link> edges;
  for (Slot i = 1; i < 50; ++i) edges.emplace_back(i - 1, i);
  auto layout = lay_out(std::vector<double>(50, 100.0), box_height, edges);
  for (const auto& box : layout.boxes) CHECK(box.corner.y == layout.boxes[0].corner.y);
}

TEST_CASE("parts that are not connected lie close together") {
  std::vector<Link> edges;
  for (Slot i = 0; i < 40; i += 2) edges.emplace_back(i, i + 1);
  for (Slot i = 40; i < 50; ++i) edges.emplace_back(50, i);
  auto layout = lay_out(std::vector<double>(51, 100.0), box_height, edges);
  std::vector<double> tops;
  for (const auto& box : layout.boxes) tops.push_back(box.corner.y);
  std::ranges::sort(tops);
  for (std::size_t i = 1; i < tops.size(); ++i) CHECK(tops[i] - tops[i - 1] < 2 * box_height);
}

TEST_CASE("a hundred thousand tasks are drawn, whatever their shape") {
  constexpr std::size_t many = 100'000;
  auto drawn = [](const core::FlowSpec& flow) {
    auto graph = graph_of(flow);
    auto svg = svg_of(graph);
    CHECK(svg.ends_with("</svg>\n"));
    return std::ranges::count(svg, '\n') >
           static_cast<std::ptrdiff_t>(graph.nodes.size() + graph.edges.size());
  };
  SUBCASE("near neighbours") { CHECK(drawn(random_flow(1, many, 3, 1000))); }
  SUBCASE("far neighbours") { CHECK(drawn(random_flow(2, many, 3, many))); }
  SUBCASE("a fan out and in") {
    core::FlowSpec flow{.name = "fan", .tasks = {test_task("first")}};
    std::vector<std::string> all;
    for (std::size_t i = 0; i < many; ++i) {
      all.push_back(std::to_string(i));
      flow.tasks.push_back(test_task(all.back(), {"first"}));
    }
    flow.tasks.push_back(test_task("last", all));
    CHECK(drawn(flow));
  }
  SUBCASE("a chain whose every task also waits for the first") {
    core::FlowSpec flow{.name = "chain", .tasks = {test_task("0"), test_task("1", {"0"})}};
    for (std::size_t i = 2; i < many; ++i) {
      flow.tasks.push_back(test_task(std::to_string(i), {std::to_string(i - 1), "0"}));
    }
    CHECK(drawn(flow));
  }
}
