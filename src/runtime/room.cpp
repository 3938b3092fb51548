#include "runtime/room.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/nearest.h"
#include "base/planted.h"

namespace weir::runtime {
namespace {

/// One turn is one transaction: more starts than this would keep everybody else waiting for it.
constexpr std::size_t starts_of_a_turn = 4096;

}  // namespace

Room::Room(store::Store& store, store::SlotLocks& locks, const Clock& clock, Results& results,
           ExecutorOf executor_of, OwnCacheKey own_cache_key)
    : store_(store),
      locks_(locks),
      clock_(clock),
      results_(results),
      executor_of_(std::move(executor_of)),
      own_cache_key_(std::move(own_cache_key)) {}

void Room::declare(const std::vector<core::LimitUse>& limits) {
  for (const auto& limit : limits) declared_[limit.name] = limit.slots;
}

void Room::begin_turn() {
  starts_left_ = starts_of_a_turn;
  waits_for_others_ = false;
  full_.clear();
  sizes_are_fresh_ = false;
}

/// A store that cannot be read now leaves the sizes as they were.
void Room::refresh_sizes() {
  if (sizes_are_fresh_) return;
  sizes_are_fresh_ = true;
  auto limits = store_.limits();
  if (!limits) return;
  stored_.clear();
  for (const auto& limit : *limits) stored_[limit.name] = limit.slots;
}

Result<Room::Size> Room::size_of(const std::string& limit) {
  refresh_sizes();
  if (auto found = stored_.find(limit); found != stored_.end()) return Size{found->second, true};
  if (auto found = declared_.find(limit); found != declared_.end()) return Size{found->second, false};
  std::vector<std::string> known;
  for (const auto& [name, slots] : stored_) known.push_back(name);
  for (const auto& [name, slots] : declared_) known.push_back(name);
  auto near = nearest(limit, known);
  return fail(Code::not_found, fmt::format("the concurrency limit '{}' has no size", limit),
              near ? fmt::format("did you mean '{}'?", *near)
                   : fmt::format("declare it in the flow, limits: {{{}: 1}}, or: weir limits set {} 1", limit,
                                 limit));
}

bool Room::admit(const core::Lane& lane) {
  if (starts_left_ == 0) return false;
  Executor* executor = executor_of_(lane.kind);
  auto capacity = executor ? executor->capacity() : std::nullopt;
  bool full = capacity && under_way_[executor] >= *capacity;
  if (full && !WEIR_BUG("an executor gets more than it takes")) {
    full_.insert(executor);
    return false;
  }
  for (std::size_t i = 0; i < lane.limits.size(); ++i) {
    if (take(lane.limits[i])) continue;
    while (i-- > 0) put_back(lane.limits[i]);
    return false;
  }
  ++under_way_[executor];
  --starts_left_;
  return true;
}

bool Room::has_room_again() const {
  return std::ranges::any_of(full_, [this](Executor* executor) {
    auto capacity = executor->capacity();
    return !capacity || under_way_.at(executor) < *capacity;
  });
}

void Room::occupy(const core::Lane& lane) {
  ++under_way_[executor_of_(lane.kind)];
  for (const auto& limit : lane.limits) {
    if (!take(limit)) ++held_[{limit.name, limit.slots}].overdrawn;
  }
}

void Room::give_back(const core::Lane& lane) {
  auto& under_way = under_way_[executor_of_(lane.kind)];
  if (under_way > 0) --under_way;
  for (const auto& limit : lane.limits) put_back(limit);
}

bool Room::take(const core::LimitUse& limit) {
  auto size = size_of(limit.name);
  if (!size) return false;  // its size was taken away meanwhile: wait for a new one
  auto hold = pay_debts(limit.name, size->slots) ? try_take(limit, size->slots) : nullptr;
  if (!hold) {
    waits_for_others_ = true;
    return false;
  }
  held_[{limit.name, limit.slots}].holds.push_back(std::move(hold));
  return true;
}

std::unique_ptr<store::SlotHold> Room::try_take(const core::LimitUse& limit, std::int64_t size) {
  auto hold = locks_.try_take({limit.name, size}, limit.slots);
  return hold ? std::move(*hold) : nullptr;
}

/// What was taken without room comes first when there is room again.
bool Room::pay_debts(const std::string& limit, std::int64_t size) {
  for (auto it = held_.lower_bound({limit, 0}); it != held_.end() && it->first.first == limit; ++it) {
    auto& held = it->second;
    for (; held.overdrawn > 0 && !WEIR_BUG("what was overdrawn after a crash is forgotten");
         --held.overdrawn) {
      auto hold = try_take({limit, it->first.second}, size);
      if (!hold) return false;
      held.holds.push_back(std::move(hold));
    }
  }
  return true;
}

void Room::put_back(const core::LimitUse& limit) {
  auto& held = held_[{limit.name, limit.slots}];
  if (held.overdrawn > 0) {
    --held.overdrawn;
  } else if (!held.holds.empty()) {
    held.holds.pop_back();
  }
}

/// A result whose file is gone is as good as none.
std::optional<core::CachedResult> Room::cached(const core::Run& run, const std::string& key) {
  auto found = store_.cached(key, clock_.now());
  if (!found || !*found) return std::nullopt;
  bool sync = run.about().durability == core::Durability::disk;
  auto linked = results_.link((*found)->value, store::cache_owner(key), run.about().id, sync);
  if (!linked && !WEIR_BUG("a cached result is taken without its file")) return std::nullopt;
  return core::CachedResult{std::move((*found)->value), (*found)->run_id};
}

std::optional<std::string> Room::own_cache_key(const core::Run& run, core::TaskIndex task,
                                               const json& inputs) {
  return own_cache_key_(run, task, inputs);
}

}  // namespace weir::runtime
