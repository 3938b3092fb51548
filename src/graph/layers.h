// A graph spread over layers: each node one layer behind the last of those it waits for, and a bend in every layer that
// a longer edge passes, so that links only lead from one layer to the next.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace weir::graph {

/// A place in a layer: a node (by its index) or, from node_count on, a bend.
using Slot = std::uint32_t;
using Link = std::pair<Slot, Slot>;

/// The neighbours of each slot on one side.
class Neighbours {
 public:
  Neighbours() = default;

  /// Of the first slot of each link its second ones, in the order of the links.
  Neighbours(std::size_t slots, std::span<const Link> links);

  std::span<const Slot> of(Slot slot) const {
    return std::span(neighbours_).subspan(starts_[slot], starts_[slot + 1] - starts_[slot]);
  }

 private:
  std::vector<std::size_t> starts_{};
  std::vector<Slot> neighbours_{};
};

/// The bends of one edge, from its start to its end.
struct Bends {
  Slot first = 0;
  std::uint32_t count = 0;
};

struct Layers {
  std::size_t node_count = 0;
  std::vector<std::uint32_t> layer_of{};    ///< by slot
  std::vector<std::vector<Slot>> layers{};  ///< from the first to the last, each from top to bottom
  std::vector<Bends> bends{};               ///< by edge
  Neighbours before{};                      ///< in the layer before
  Neighbours after{};                       ///< in the layer after

  bool is_bend(Slot slot) const { return slot >= node_count; }
};

/// Bends of a drawing. Beyond that the longest edges go straight, across whatever is in between.
constexpr std::size_t bends_usual_max = 20'000;

/// `edges` are pairs of nodes below `node_count`, without a circle. At most bends_usual_max bends, or one for each
/// node and edge if that is more.
Layers spread(std::size_t node_count, std::span<const Link> edges);

}  // namespace weir::graph
