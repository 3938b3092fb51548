// Putting each layer in an order in which few links cross.
#pragma once

#include <cstdint>

#include "graph/layers.h"

namespace weir::graph {

/// How often links cross in the present order.
std::uint64_t crossings_in(const Layers& layers);

/// Sweeps over the layers, moving each slot towards the middle of its neighbours, and keeps the best order seen: never
/// more crossings than before. Time goes with the number of slots and links, not with that of crossings.
void untangle(Layers& layers);

}  // namespace weir::graph
