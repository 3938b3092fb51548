#include "graph/layout.h"

#include <algorithm>

#include "graph/crossings.h"
#include "graph/heights.h"

namespace weir::graph {
namespace {

constexpr double margin = 24;
constexpr double column_gap = 64;
constexpr double row_gap = 18;

struct Column {
  double left = 0;
  double width = 0;
  double right() const { return left + width; }
};

std::vector<Column> columns_of(const Layers& layers, std::span<const double> widths) {
  std::vector<Column> columns;
  double left = margin;
  for (const auto& layer : layers.layers) {
    double width = 0;
    for (Slot slot : layer) {
      if (!layers.is_bend(slot)) width = std::max(width, widths[slot]);
    }
    columns.push_back({left, width});
    left += width + column_gap;
  }
  return columns;
}

}  // namespace

Layout lay_out(std::span<const double> widths, double box_height, std::span<const Link> edges) {
  auto layers = spread(widths.size(), edges);
  untangle(layers);
  auto heights = heights_in(layers, {.nodes = box_height + row_gap, .bends = box_height / 2 + row_gap});
  auto columns = columns_of(layers, widths);
  auto middle = [&](Slot slot) { return margin + box_height / 2 + heights[slot]; };
  auto column = [&](Slot slot) { return columns[layers.layer_of[slot]]; };

  Layout layout;
  for (Slot node = 0; node < widths.size(); ++node) {
    layout.boxes.push_back({{column(node).left, middle(node) - box_height / 2}, column(node).width});
  }
  for (std::size_t i = 0; i < edges.size(); ++i) {
    auto [from, to] = edges[i];
    auto& route = layout.routes.emplace_back();
    route.push_back({column(from).right(), middle(from)});
    auto [first, count] = layers.bends[i];
    for (Slot bend = first; bend < first + count; ++bend) {
      route.push_back({column(bend).left, middle(bend)});
      route.push_back({column(bend).right(), middle(bend)});
    }
    route.push_back({column(to).left, middle(to)});
  }
  layout.width = margin + (columns.empty() ? margin : columns.back().right());
  layout.height = 2 * margin + box_height + (heights.empty() ? 0 : std::ranges::max(heights));
  return layout;
}

}  // namespace weir::graph
