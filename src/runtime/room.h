// Whether there is room for another attempt: what its executor takes at a time, the named limits it counts
// against (shared with every process on this state folder), and how many one turn may start. Also whether its
// result is known from an earlier run.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/admission.h"
#include "runtime/executor.h"
#include "runtime/results.h"
#include "store/slot_locks.h"
#include "store/store.h"

namespace weir::runtime {

class Room final : public core::Admission {
 public:
  /// Finds the executor of a kind; nullptr when there is none.
  using ExecutorOf = std::function<Executor*(const std::string& kind)>;
  using OwnCacheKey =
      std::function<std::optional<std::string>(const core::Run&, core::TaskIndex, const json& inputs)>;

  Room(store::Store& store, store::SlotLocks& locks, const Clock& clock, Results& results,
       ExecutorOf executor_of, OwnCacheKey own_cache_key);

  /// Sizes that a flow declares, for limits to which the store gives none.
  void declare(const std::vector<core::LimitUse>& limits);

  struct Size {
    std::int64_t slots = 0;
    bool may_change = false;  ///< it was set for this state folder, and not by the flow
  };

  /// Code::not_found for a limit that nobody has given a size.
  Result<Size> size_of(const std::string& limit);

  /// A new turn may start its share of attempts.
  void begin_turn();

  /// Whether the last turn could have started more, had it been allowed to.
  bool has_spent_turn() const { return starts_left_ == 0; }

  /// Whether an executor that was full when the turn asked has room by now: what it was handed may have told it more.
  bool has_room_again() const;

  /// Whether something was refused that another process may give back: ask again after a while.
  bool waits_for_others() const { return waits_for_others_; }
  void wait_for_others() { waits_for_others_ = true; }

  bool admit(const core::Lane& lane) override;
  void occupy(const core::Lane& lane) override;
  void give_back(const core::Lane& lane) override;
  std::optional<core::CachedResult> cached(const core::Run& run, const std::string& key) override;
  std::optional<std::string> own_cache_key(const core::Run& run, core::TaskIndex task,
                                           const json& inputs) override;
  core::Values& values() override { return results_; }

 private:
  /// What is held of one limit, in portions of one size.
  struct Held {
    std::vector<std::unique_ptr<store::SlotHold>> holds{};
    std::size_t overdrawn = 0;  ///< taken although there was no room
  };

  bool take(const core::LimitUse& limit);
  std::unique_ptr<store::SlotHold> try_take(const core::LimitUse& limit, std::int64_t size);
  bool pay_debts(const std::string& limit, std::int64_t size);
  void put_back(const core::LimitUse& limit);
  void refresh_sizes();

  store::Store& store_;
  store::SlotLocks& locks_;
  const Clock& clock_;
  Results& results_;
  ExecutorOf executor_of_;
  OwnCacheKey own_cache_key_;
  std::unordered_map<Executor*, std::size_t> under_way_;
  std::map<std::string, std::int64_t> declared_;
  std::map<std::string, std::int64_t> stored_;
  bool sizes_are_fresh_ = false;
  std::map<std::pair<std::string, std::uint32_t>, Held> held_;
  std::unordered_set<Executor*> full_;  ///< refused in this turn
  std::size_t starts_left_ = 0;
  bool waits_for_others_ = false;
};

}  // namespace weir::runtime
