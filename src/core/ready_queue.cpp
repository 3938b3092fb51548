#include "core/ready_queue.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/planted.h"

namespace weir::core {

LaneIndex ReadyQueue::lane_of(const TaskSpec& spec) {
  const auto& policy = spec.policy;
  std::string claims = fmt::format("{} {} {}", policy.priority, policy.cleanup, spec.kind);
  for (const auto& limit : policy.limits) claims += fmt::format(" {}={}", limit.name, limit.slots);
  auto [found, is_new] = by_claims_.try_emplace(claims, static_cast<LaneIndex>(lanes_.size()));
  if (is_new) {
    lanes_.push_back({{policy.priority, policy.cleanup, spec.kind, policy.limits}, {}});
    auto before_lower =
        std::ranges::upper_bound(in_order_, policy.priority, std::ranges::greater{},
                                 [this](LaneIndex lane) { return lanes_[lane].lane.priority; });
    in_order_.insert(WEIR_BUG("priorities do not matter") ? in_order_.end() : before_lower, found->second);
  }
  return found->second;
}

void ReadyQueue::push(LaneIndex lane, std::uint32_t first, std::uint32_t count) {
  if (count == 0) return;
  auto& ranges = lanes_[lane].ranges;
  waiting_ += count;
  if (!ranges.empty() && ranges.back().first + ranges.back().count == first) {
    ranges.back().count += count;
  } else {
    ranges.push_back({first, count});
  }
}

void ReadyQueue::pop(LaneIndex lane) {
  auto& ranges = lanes_[lane].ranges;
  --waiting_;
  ++ranges.front().first;
  if (--ranges.front().count == 0) ranges.pop_front();
}

void ReadyQueue::clear() {
  for (auto& entry : lanes_) entry.ranges.clear();
  waiting_ = 0;
}

}  // namespace weir::core
