// How far ahead of its threads an executor should be: far enough that functions which return at once do not wait for
// the engine's next turn, and not at all when each of them takes longer than a turn does.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace weir::workers {

class Pace {
 public:
  using Nanoseconds = std::chrono::nanoseconds;

  /// A function returned after this long. Slow ones are believed at once, fast ones by and by: work that is held ahead
  /// of a slow function waits for it.
  void note(Nanoseconds took) {
    auto rise = known_ ? (took - mean_) / 2 : took;
    auto fall = (took - mean_) / 16;
    mean_ += !known_ || took > mean_ ? rise : fall;
    known_ = true;
  }

  /// Attempts to hold besides those that the threads are at.
  std::size_t ahead(std::size_t threads) const {
    if (!known_) return 0;
    auto each = std::max(mean_, Nanoseconds{1});
    return std::min(ahead_max, threads * static_cast<std::size_t>(turn_of_engine / each));
  }

 private:
  static constexpr Nanoseconds turn_of_engine = std::chrono::milliseconds{5};
  static constexpr std::size_t ahead_max = 1024;

  Nanoseconds mean_{0};
  bool known_ = false;
};

}  // namespace weir::workers
