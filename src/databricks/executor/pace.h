// How long to wait before the next poll or the next try: longer each time, up to a limit, never quite in step
// with others.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/clock.h"

namespace weir::databricks {

class Pace {
 public:
  Pace(Duration first, Duration most, double growth, std::uint64_t seed)
      : first_(first), most_(most), growth_(growth), next_(first), noise_(seed) {}

  /// The next delay, up to a fifth shorter or longer than planned.
  Duration next() {
    Duration planned = next_;
    next_ = std::min(most_, std::chrono::duration_cast<Duration>(next_ * growth_) + Duration{1});
    noise_ = noise_ * 6364136223846793005ULL + 1442695040888963407ULL;
    auto fifths = static_cast<double>(noise_ >> 40) / static_cast<double>(1 << 24) * 0.4 - 0.2;
    return std::chrono::duration_cast<Duration>(planned * (1 + fifths));
  }

  void restart() { next_ = first_; }
  bool is_slowest() const { return next_ >= most_; }

 private:
  Duration first_;
  Duration most_;
  double growth_;
  Duration next_;
  std::uint64_t noise_;
};

}  // namespace weir::databricks
