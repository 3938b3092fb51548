#include "graph/crossings.h"

#include <algorithm>
#include <optional>

namespace weir::graph {
namespace {

constexpr std::size_t sweeps_min = 4;
constexpr std::size_t sweeps_max = 16;
constexpr std::size_t sweeps_in_vain_max = 4;

/// Slots visited by all sweeps together, as long as there are more than sweeps_min of them.
constexpr std::size_t visits_max = 2'000'000;

using Positions = std::vector<std::uint32_t>;

void note_positions(std::span<const Slot> layer, Positions& positions) {
  for (std::uint32_t i = 0; i < layer.size(); ++i) positions[layer[i]] = i;
}

Positions positions_in(const Layers& layers) {
  Positions positions(layers.layer_of.size());
  for (const auto& layer : layers.layers) note_positions(layer, positions);
  return positions;
}

/// Counts of positions, with the sum of all that lie behind one of them (a Fenwick tree).
class Counter {
 public:
  explicit Counter(std::size_t positions) : sums_(positions + 1) {}

  void add(std::uint32_t position) {
    ++total_;
    for (std::size_t i = position + 1; i < sums_.size(); i += i & -i) ++sums_[i];
  }

  std::uint64_t behind(std::uint32_t position) const {
    std::uint32_t upto = 0;
    for (std::size_t i = position + 1; i > 0; i -= i & -i) upto += sums_[i];
    return total_ - upto;
  }

 private:
  std::vector<std::uint32_t> sums_;
  std::uint32_t total_ = 0;
};

/// Two links cross when one starts above the other and ends below it.
std::uint64_t crossings_behind(const Layers& layers, std::size_t layer, const Positions& positions) {
  Counter ends(layers.layers[layer + 1].size());
  std::uint64_t crossings = 0;
  std::vector<std::uint32_t> own;
  for (Slot slot : layers.layers[layer]) {
    own.clear();
    for (Slot next : layers.after.of(slot)) own.push_back(positions[next]);
    for (std::uint32_t end : own) crossings += ends.behind(end);
    for (std::uint32_t end : own) ends.add(end);
  }
  return crossings;
}

std::optional<double> middle_of(std::span<const Slot> neighbours, const Positions& positions) {
  if (neighbours.empty()) return std::nullopt;
  double sum = 0;
  for (Slot neighbour : neighbours) sum += positions[neighbour];
  return sum / static_cast<double>(neighbours.size());
}

/// Sorts a layer by the middle of its neighbours on one side. What has none there stays where it is.
void sort_layer(std::vector<Slot>& layer, const Neighbours& neighbours, Positions& positions) {
  struct Pull {
    double towards = 0;
    std::size_t place = 0;
    Slot slot = 0;
  };
  std::vector<Pull> pulls;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < layer.size(); ++i) {
    auto middle = middle_of(neighbours.of(layer[i]), positions);
    if (!middle) continue;
    pulls.push_back({*middle, i, layer[i]});
    places.push_back(i);
  }
  std::ranges::sort(pulls, {}, [](const Pull& pull) { return std::pair(pull.towards, pull.place); });
  for (std::size_t i = 0; i < pulls.size(); ++i) layer[places[i]] = pulls[i].slot;
  note_positions(layer, positions);
}

void sweep(Layers& layers, bool forward, Positions& positions) {
  std::size_t count = layers.layers.size();
  for (std::size_t step = 1; step < count; ++step) {
    if (forward) {
      sort_layer(layers.layers[step], layers.before, positions);
    } else {
      sort_layer(layers.layers[count - 1 - step], layers.after, positions);
    }
  }
}

std::uint64_t crossings_with(const Layers& layers, const Positions& positions) {
  std::uint64_t crossings = 0;
  for (std::size_t layer = 0; layer + 1 < layers.layers.size(); ++layer) {
    crossings += crossings_behind(layers, layer, positions);
  }
  return crossings;
}

}  // namespace

std::uint64_t crossings_in(const Layers& layers) { return crossings_with(layers, positions_in(layers)); }

void untangle(Layers& layers) {
  auto positions = positions_in(layers);
  auto best = layers.layers;
  auto fewest = crossings_with(layers, positions);
  std::size_t sweeps =
      std::clamp(visits_max / std::max<std::size_t>(positions.size(), 1), sweeps_min, sweeps_max);
  std::size_t in_vain = 0;
  for (std::size_t i = 0; i < sweeps && in_vain < sweeps_in_vain_max && fewest > 0; ++i) {
    sweep(layers, i % 2 == 0, positions);
    auto crossings = crossings_with(layers, positions);
    ++in_vain;
    if (crossings >= fewest) continue;
    fewest = crossings;
    best = layers.layers;
    in_vain = 0;
  }
  layers.layers = std::move(best);
}

}  // namespace weir::graph
