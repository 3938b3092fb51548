// Who holds which slot of a concurrency limit, for all processes of one machine: a file for each limit, a byte of
// it for each slot, locked by whoever holds it. The kernel lets go of the lock when the process dies, kill -9
// included, so no slot is ever lost and nothing has to be cleaned up.
#pragma once

#include <filesystem>
#include <memory>

#include "base/error.h"
#include "store/records.h"

namespace weir::store {

constexpr std::int64_t limit_slots_max = 100'000;

/// Code::invalid for an empty or overlong name, or a number of slots out of range.
Result<void> check_limit(const Limit& limit);

/// Some slots of one limit, until the object or the process ends.
class SlotHold {
 public:
  virtual ~SlotHold() = default;
};

/// One thread at a time, holds included; holds may outlive this.
class SlotLocks {
 public:
  virtual ~SlotLocks() = default;

  /// `count` slots, or nullptr when fewer are free: ask again later, nobody tells. When a limit was lowered below
  /// what is held, nothing is free until enough of that has ended. Two processes that want several slots at the
  /// very same moment may both come away with none.
  virtual Result<std::unique_ptr<SlotHold>> try_take(const Limit& limit, std::int64_t count) = 0;
};

/// The files are made in `folder`, which is made when needed.
std::unique_ptr<SlotLocks> slot_locks_in(std::filesystem::path folder);

}  // namespace weir::store
