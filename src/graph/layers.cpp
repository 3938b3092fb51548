#include "graph/layers.h"

#include <algorithm>
#include <numeric>

#include "base/check.h"

namespace weir::graph {
namespace {

/// The longest path to each node, in edges.
std::vector<std::uint32_t> longest_paths(std::size_t node_count, std::span<const Link> edges) {
  Neighbours after(node_count, edges);
  std::vector<std::uint32_t> waiting(node_count);
  for (const auto& [from, to] : edges) ++waiting[to];
  std::vector<Slot> reached;
  reached.reserve(node_count);
  for (Slot node = 0; node < node_count; ++node) {
    if (waiting[node] == 0) reached.push_back(node);
  }
  std::vector<std::uint32_t> length(node_count);
  for (std::size_t i = 0; i < reached.size(); ++i) {
    Slot from = reached[i];
    for (Slot to : after.of(from)) {
      length[to] = std::max(length[to], length[from] + 1);
      if (--waiting[to] == 0) reached.push_back(to);
    }
  }
  WEIR_CHECK(reached.size() == node_count, "a graph that is drawn has no circle");
  return length;
}

/// Gives edges their bends, the shortest first, as long as there are some left.
class Bender {
 public:
  Bender(Layers& layers, std::span<const Link> edges) : layers_(layers), edges_(edges) {}

  std::vector<Link> links() {
    std::vector<std::size_t> by_length(edges_.size());
    std::iota(by_length.begin(), by_length.end(), 0);
    std::ranges::sort(by_length, {}, [&](std::size_t edge) { return std::pair(bends_needed(edge), edge); });
    std::size_t left = std::max(bends_usual_max, layers_.node_count + edges_.size());
    for (std::size_t edge : by_length) {
      std::size_t needed = bends_needed(edge);
      if (needed > left) break;
      left -= needed;
      bend(edge, static_cast<std::uint32_t>(needed));
    }
    return std::move(links_);
  }

 private:
  std::size_t bends_needed(std::size_t edge) const {
    auto [from, to] = edges_[edge];
    return layers_.layer_of[to] - layers_.layer_of[from] - 1;
  }

  void bend(std::size_t edge, std::uint32_t count) {
    auto [from, to] = edges_[edge];
    auto first = static_cast<Slot>(layers_.layer_of.size());
    layers_.bends[edge] = {first, count};
    Slot last = from;
    for (Slot bend = first; bend < first + count; ++bend) {
      layers_.layer_of.push_back(layers_.layer_of[last] + 1);
      links_.emplace_back(last, bend);
      last = bend;
    }
    links_.emplace_back(last, to);
  }

  Layers& layers_;
  std::span<const Link> edges_;
  std::vector<Link> links_{};
};

}  // namespace

Neighbours::Neighbours(std::size_t slots, std::span<const Link> links)
    : starts_(slots + 1), neighbours_(links.size()) {
  for (const auto& [from, to] : links) ++starts_[from + 1];
  std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
  auto next = starts_;
  for (const auto& [from, to] : links) neighbours_[next[from]++] = to;
}

Layers spread(std::size_t node_count, std::span<const Link> edges) {
  Layers layers{.node_count = node_count, .layer_of = longest_paths(node_count, edges)};
  layers.bends.resize(edges.size());
  auto links = Bender(layers, edges).links();
  layers.after = Neighbours(layers.layer_of.size(), links);
  for (auto& [from, to] : links) std::swap(from, to);
  layers.before = Neighbours(layers.layer_of.size(), links);
  for (Slot slot = 0; slot < layers.layer_of.size(); ++slot) {
    std::size_t layer = layers.layer_of[slot];
    if (layers.layers.size() <= layer) layers.layers.resize(layer + 1);
    layers.layers[layer].push_back(slot);
  }
  return layers;
}

}  // namespace weir::graph
