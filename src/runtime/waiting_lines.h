// How many lines of logs may wait for the engine's next turn. Whoever logs faster than lines can be written waits a
// little; what still does not fit is counted instead of kept.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "runtime/executor.h"

namespace weir::runtime {

/// Guarded by the engine's inbox.
class WaitingLines {
 public:
  enum class Fate : std::uint8_t { kept, lost, first_lost };
  using Lost = std::map<AttemptId, std::uint64_t>;

  static constexpr std::size_t bytes_max = 32 * 1024 * 1024;
  static constexpr std::chrono::seconds wait_max{2};

  bool has_room_for(const std::string& line) const { return bytes_ + cost_of(line) <= bytes_max; }

  /// `first_lost`: the first line of this attempt that is lost since the last turn.
  Fate add(AttemptId attempt, const std::string& line) {
    if (!has_room_for(line)) return lost_[attempt]++ == 0 ? Fate::first_lost : Fate::lost;
    bytes_ += cost_of(line);
    return Fate::kept;
  }

  /// A turn has taken all that waited; answers how many lines of whom were lost meanwhile.
  Lost take() {
    bytes_ = 0;
    return std::exchange(lost_, {});
  }

 private:
  /// In the inbox a line takes more than its text.
  static std::size_t cost_of(const std::string& line) { return line.size() + 256; }

  std::size_t bytes_ = 0;
  Lost lost_{};
};

}  // namespace weir::runtime
