// Slots of concurrency limits as all processes of a simulated machine share them; a process that dies lets go of
// its own.
#pragma once

#include <map>
#include <string>

#include "store/slot_locks.h"

namespace weir::sim {

class MemoryLocks final : public store::SlotLocks {
 public:
  Result<std::unique_ptr<store::SlotHold>> try_take(const store::Limit& limit, std::int64_t count) override {
    auto& held = held_[limit.name];
    if (held + count > limit.slots) return nullptr;
    held += count;
    return std::make_unique<Hold>(held, count);
  }

  std::int64_t held(const std::string& limit) const {
    auto found = held_.find(limit);
    return found == held_.end() ? 0 : found->second;
  }

 private:
  class Hold final : public store::SlotHold {
   public:
    Hold(std::int64_t& held, std::int64_t count) : held_(held), count_(count) {}
    ~Hold() override { held_ -= count_; }

   private:
    std::int64_t& held_;
    std::int64_t count_;
  };
  std::map<std::string, std::int64_t> held_;
};

}  // namespace weir::sim
