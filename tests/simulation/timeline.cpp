#include "timeline.h"

#include <algorithm>

namespace weir::sim {

Timeline::Id Timeline::at(Duration due, Owner owner, std::function<void()> work) {
  Id id = ++last_id_;
  heap_.push_back({std::max(due, now_), id, owner, std::move(work)});
  std::ranges::push_heap(heap_, later);
  return id;
}

Timeline::Owner Timeline::add_owner() {
  living_.push_back(true);
  return static_cast<Owner>(living_.size() - 1);
}

bool Timeline::step() {
  while (!heap_.empty()) {
    std::ranges::pop_heap(heap_, later);
    Entry entry = std::move(heap_.back());
    heap_.pop_back();
    bool dropped = !living_[entry.owner] || dropped_.erase(entry.id) > 0;
    if (dropped) continue;
    now_ = entry.due;
    ++steps_;
    entry.work();
    return true;
  }
  return false;
}

}  // namespace weir::sim
