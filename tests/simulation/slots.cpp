#include "slots.h"

namespace weir::sim {
namespace {

class Hold final : public store::SlotHold {
 public:
  Hold(std::int64_t& held, std::int64_t count) : held_(held), count_(count) { held_ += count_; }
  ~Hold() override { held_ -= count_; }

 private:
  std::int64_t& held_;
  std::int64_t count_;
};

std::int64_t in(const std::map<std::string, std::int64_t>& slots, const std::string& name) {
  auto found = slots.find(name);
  return found == slots.end() ? 0 : found->second;
}

}  // namespace

std::int64_t Slots::held(const std::string& name) const { return in(held_, name); }

std::int64_t Slots::held_by_others(const std::string& name) const { return in(others_, name); }

std::unique_ptr<store::SlotHold> Slots::try_take(const store::Limit& limit, std::int64_t count) {
  if (held(limit.name) + held_by_others(limit.name) + count > limit.slots) return nullptr;
  return std::make_unique<Hold>(held_[limit.name], count);
}

}  // namespace weir::sim
