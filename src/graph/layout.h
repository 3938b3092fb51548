// Where everything of a drawing goes: boxes in columns from left to right, one column for each layer and as wide as its
// widest box, and the ways of the edges between them.
#pragma once

#include <span>
#include <vector>

#include "graph/layers.h"

namespace weir::graph {

struct Point {
  double x = 0;
  double y = 0;
};

struct Box {
  Point corner{};  ///< top left
  double width = 0;
};

struct Layout {
  double width = 0;
  double height = 0;
  std::vector<Box> boxes{};                  ///< by node
  std::vector<std::vector<Point>> routes{};  ///< by edge: points from one box to the other, left to right
};

/// `widths` are what the nodes' boxes need, all of them `box_height` high; edges are pairs of nodes without a circle.
/// Linear but for sorting: 100,000 nodes are a matter of a second.
Layout lay_out(std::span<const double> widths, double box_height, std::span<const Link> edges);

}  // namespace weir::graph
