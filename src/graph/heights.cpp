#include "graph/heights.h"

#include <algorithm>
#include <numeric>

namespace weir::graph {
namespace {

/// Long edges should be straight: their bends give way less than nodes do.
constexpr double weight_of_bend = 8;
constexpr int rounds = 4;

class Placement {
 public:
  Placement(const Layers& layers, const Spacing& spacing)
      : layers_(layers), spacing_(spacing), height_(layers.layer_of.size()) {}

  std::vector<double> find() {
    for (const auto& layer : layers_.layers) stack(layer);
    std::size_t count = layers_.layers.size();
    for (int round = 0; round < rounds; ++round) {
      for (std::size_t i = 1; i < count; ++i) place(layers_.layers[i], true, false);
      for (std::size_t i = count; i-- > 0;) place(layers_.layers[i], false, true);
    }
    for (const auto& layer : layers_.layers) place(layer, true, true);
    close_gaps();
    return std::move(height_);
  }

 private:
  double distance(Slot above, Slot below) const {
    return layers_.is_bend(above) || layers_.is_bend(below) ? spacing_.bends : spacing_.nodes;
  }

  std::vector<double> distances_in(std::span<const Slot> layer) const {
    std::vector<double> distances(layer.size());
    for (std::size_t i = 1; i < layer.size(); ++i) distances[i] = distance(layer[i - 1], layer[i]);
    return distances;
  }

  /// One below the other, around zero.
  void stack(std::span<const Slot> layer) {
    auto distances = distances_in(layer);
    double at = 0;
    for (std::size_t i = 0; i < layer.size(); ++i) height_[layer[i]] = at += distances[i];
    for (Slot slot : layer) height_[slot] -= at / 2;
  }

  void place(std::span<const Slot> layer, bool look_before, bool look_after) {
    std::vector<double> wanted, weights;
    for (Slot slot : layer) {
      wanted.push_back(wanted_height(slot, look_before, look_after));
      weights.push_back(layers_.is_bend(slot) ? weight_of_bend : 1);
    }
    auto placed = kept_apart(wanted, weights, distances_in(layer));
    for (std::size_t i = 0; i < layer.size(); ++i) height_[layer[i]] = placed[i];
  }

  double wanted_height(Slot slot, bool look_before, bool look_after) const {
    double sum = 0;
    std::size_t count = 0;
    auto look = [&](const Neighbours& neighbours) {
      for (Slot neighbour : neighbours.of(slot)) sum += height_[neighbour];
      count += neighbours.of(slot).size();
    };
    if (look_before) look(layers_.before);
    if (look_after) look(layers_.after);
    return count == 0 ? height_[slot] : sum / static_cast<double>(count);
  }

  /// Parts of a graph that are not connected drift away from each other: where nothing at all has its place, what is
  /// below moves up. The uppermost slot ends at zero.
  void close_gaps() {
    std::vector<Slot> downwards(height_.size());
    std::iota(downwards.begin(), downwards.end(), 0);
    std::ranges::sort(downwards, {}, [&](Slot slot) { return height_[slot]; });
    double last = downwards.empty() ? 0 : height_[downwards.front()];
    double shift = last;
    for (Slot slot : downwards) {
      shift += std::max(0.0, height_[slot] - last - spacing_.nodes);
      last = height_[slot];
      height_[slot] -= shift;
    }
  }

  const Layers& layers_;
  const Spacing spacing_;
  std::vector<double> height_;
};

}  // namespace

std::vector<double> kept_apart(std::span<const double> wanted, std::span<const double> weights,
                               std::span<const double> distances) {
  // Without the distances the values only have to rise, and the nearest rising row is found by pooling neighbours
  // that fall into their common mean.
  struct Pool {
    double sum = 0;
    double weight = 0;
    std::size_t count = 0;
    double mean() const { return sum / weight; }
  };
  std::vector<Pool> pools;
  double offset = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (i > 0) offset += distances[i];
    Pool pool{(wanted[i] - offset) * weights[i], weights[i], 1};
    while (!pools.empty() && pools.back().mean() > pool.mean()) {
      pool.sum += pools.back().sum;
      pool.weight += pools.back().weight;
      pool.count += pools.back().count;
      pools.pop_back();
    }
    pools.push_back(pool);
  }
  std::vector<double> placed;
  placed.reserve(wanted.size());
  offset = 0;
  for (const auto& pool : pools) {
    for (std::size_t i = 0; i < pool.count; ++i) {
      if (!placed.empty()) offset += distances[placed.size()];
      placed.push_back(pool.mean() + offset);
    }
  }
  return placed;
}

std::vector<double> heights_in(const Layers& layers, const Spacing& spacing) {
  return Placement(layers, spacing).find();
}

}  // namespace weir::graph
