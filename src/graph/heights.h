// How far down each slot of a layered graph goes.
#pragma once

#include <span>
#include <vector>

#include "graph/layers.h"

namespace weir::graph {

/// Distances between the middles of slots that follow each other in a layer.
struct Spacing {
  double nodes = 0;
  double bends = 0;  ///< when one of the two is a bend
};

/// The middle of each slot, the smallest being 0: near its neighbours, in the order of its layer, at the distances
/// asked for.
std::vector<double> heights_in(const Layers& layers, const Spacing& spacing);

/// Moves `wanted` as little as possible (least squares, by weight) so that each value is at least the one before plus
/// its entry of `distances`, whose first does not count.
std::vector<double> kept_apart(std::span<const double> wanted, std::span<const double> weights,
                               std::span<const double> distances);

}  // namespace weir::graph
