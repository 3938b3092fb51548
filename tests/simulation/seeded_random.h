// Randomness as a function of a seed. Each concern draws from a stream of its own, so that a world without
// faults still has the workload of the world with them.
#pragma once

#include <cstdint>
#include <utility>

#include "base/clock.h"
#include "base/ids.h"

namespace weir::sim {

class SeededRandom final : public Random {
 public:
  SeededRandom(std::uint64_t seed, std::uint64_t stream) : state_(mix(seed) ^ mix(stream * 2 + 1)) {}

  /// splitmix64.
  std::uint64_t next() override { return mix(state_ += 0x9e3779b97f4a7c15); }

  /// From 0 to limit - 1; limit is positive.
  std::uint64_t below(std::uint64_t limit) { return next() % limit; }
  std::uint64_t between(std::uint64_t low, std::uint64_t high) { return low + below(high - low + 1); }
  Duration between(Duration low, Duration high) {
    return low +
           Duration{static_cast<Duration::rep>(below(static_cast<std::uint64_t>((high - low).count()) + 1))};
  }
  bool chance(double probability) { return static_cast<double>(next() >> 11) * 0x1p-53 < probability; }

  template <class Collection>
  auto& pick(Collection& from) {
    return from[below(from.size())];
  }

  template <class Collection>
  void shuffle(Collection& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  static std::uint64_t mix(std::uint64_t bits) {
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
    return bits ^ (bits >> 31);
  }

  std::uint64_t state_;
};

}  // namespace weir::sim
