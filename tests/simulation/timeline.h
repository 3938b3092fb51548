// Virtual time: what will happen, in order of time. Everything of a simulated world runs from here, one thing
// after the other, on one thread; nothing ever waits.
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_set>
#include <vector>

#include "base/clock.h"

namespace weir::sim {

class Timeline {
 public:
  using Id = std::uint64_t;

  /// Whose future it is. What an owner planned is dropped when the owner ends, as a process's timers are.
  using Owner = std::uint32_t;
  static constexpr Owner world = 0;

  /// Since the beginning of the world; never goes back.
  Duration now() const { return now_; }

  Id after(Duration delay, Owner owner, std::function<void()> work) {
    return at(now_ + delay, owner, std::move(work));
  }
  Id at(Duration due, Owner owner, std::function<void()> work);
  void cancel(Id id) { dropped_.insert(id); }

  Owner add_owner();
  void end_owner(Owner owner) { living_[owner] = false; }

  /// Runs what is next; false when the world has no future.
  bool step();
  std::uint64_t steps() const { return steps_; }

 private:
  struct Entry {
    Duration due;
    Id id;
    Owner owner;
    std::function<void()> work;
  };
  static bool later(const Entry& one, const Entry& other) {
    return one.due != other.due ? one.due > other.due : one.id > other.id;
  }

  Duration now_{0};
  Id last_id_ = 0;
  std::uint64_t steps_ = 0;
  std::vector<Entry> heap_;
  std::vector<bool> living_{true};
  std::unordered_set<Id> dropped_;
};

}  // namespace weir::sim
