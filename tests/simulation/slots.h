// The slots of concurrency limits on the simulated machine. What a process holds is free again when it dies.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "store/slot_locks.h"

namespace weir::sim {

class Slots {
 public:
  std::int64_t held(const std::string& name) const;
  std::int64_t held_by_others(const std::string& name) const;

  /// Another program on the machine takes or gives back slots; it does not ask.
  void set_held_by_others(const std::string& name, std::int64_t slots) { others_[name] = slots; }

  std::unique_ptr<store::SlotHold> try_take(const store::Limit& limit, std::int64_t count);

 private:
  std::map<std::string, std::int64_t> held_;
  std::map<std::string, std::int64_t> others_;
};

/// The port as one process has it.
class SimSlotLocks final : public store::SlotLocks {
 public:
  explicit SimSlotLocks(Slots& slots) : slots_(slots) {}
  Result<std::unique_ptr<store::SlotHold>> try_take(const store::Limit& limit, std::int64_t count) override {
    return slots_.try_take(limit, count);
  }

 private:
  Slots& slots_;
};

}  // namespace weir::sim
