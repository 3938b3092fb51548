// Tasks that may start, in the order in which they should: by priority, then first come, first served. Tasks
// with the same claims (priority, kind, limits) share a lane, so that one question tells whether any of them
// may start now, and a hundred thousand elements of a mapped task cost one entry.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "core/flow.h"

namespace weir::core {

using LaneIndex = std::uint32_t;

/// What an attempt needs in order to start.
struct Lane {
  std::int32_t priority = 0;
  bool cleanup = false;
  std::string kind{};
  std::vector<LimitUse> limits{};
};

class ReadyQueue {
 public:
  LaneIndex lane_of(const TaskSpec& spec);
  const Lane& lane(LaneIndex lane) const { return lanes_[lane].lane; }

  /// Lanes, highest priority first. Those of one priority in the order in which they came to be.
  const std::vector<LaneIndex>& in_order() const { return in_order_; }

  void push(LaneIndex lane, std::uint32_t first, std::uint32_t count = 1);
  bool is_empty(LaneIndex lane) const { return lanes_[lane].ranges.empty(); }
  bool is_empty() const { return waiting_ == 0; }
  std::uint32_t front(LaneIndex lane) const { return lanes_[lane].ranges.front().first; }
  void pop(LaneIndex lane);
  void clear();  ///< nobody waits any more; the lanes stay

 private:
  struct Range {
    std::uint32_t first;
    std::uint32_t count;
  };
  struct Entry {
    Lane lane;
    std::deque<Range> ranges;
  };
  std::vector<Entry> lanes_;
  std::vector<LaneIndex> in_order_;
  std::map<std::string, LaneIndex> by_claims_;
  std::uint64_t waiting_ = 0;
};

}  // namespace weir::core
