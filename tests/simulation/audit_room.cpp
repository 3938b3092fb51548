// Who may start: limits by name, priorities, runs of a flow at a time.
#include <algorithm>

#include "audit.h"
#include "violation.h"

namespace weir::sim {

using Phase = TaskEntry::Phase;

namespace {

bool stage_is_local(const RunBook& book, const TaskEntry& task) { return !book.stage_of(task).external; }

}  // namespace

/// What this process has under way, together with what others hold, leaves room for the task.
void Audit::check_room(const RunBook& book, const TaskEntry& task) const {
  for (const auto& limit : book.policy_of(task).limits) {
    std::int64_t used = slots_.held_by_others(limit.name);
    for (auto number : adopted_) {
      const auto& other = books_.at(number);
      for (const auto& entry : other.tasks()) {
        if (entry.phase != Phase::active) continue;
        for (const auto& use : other.policy_of(entry).limits) used += use.name == limit.name ? use.slots : 0;
      }
    }
    auto size = disk_.limits.at(limit.name);
    demand(used + limit.slots <= size, "'{}' started and needs {} of '{}', of which {} of {} were taken",
           book.key(task), limit.slots, limit.name, used, size);
  }
  if (stage_is_local(book, task) && plan_.local_capacity) {
    std::size_t under_way = 1;
    for (auto number : adopted_) {
      const auto& other = books_.at(number);
      under_way += static_cast<std::size_t>(std::ranges::count_if(other.tasks(), [&](const TaskEntry& entry) {
        return entry.phase == Phase::active && stage_is_local(other, entry);
      }));
    }
    demand(under_way <= *plan_.local_capacity, "{} local attempts were under way, {} are allowed", under_way,
           *plan_.local_capacity);
  }
}

/// Nothing that needs the same and matters more could have started instead.
void Audit::check_priority(const RunBook& book, const TaskEntry& task) const {
  const auto& spec = book.stage_of(task).spec;
  for (const auto& other : book.tasks()) {
    const auto& rival = book.stage_of(other).spec;
    bool comparable = rival.kind == spec.kind && rival.policy.limits == spec.policy.limits;
    if (!comparable || rival.policy.priority <= spec.policy.priority || other.phase != Phase::waiting)
      continue;
    demand(!book.may_start(other, clock_.latest()), "'{}' started before '{}', which has a higher priority",
           book.key(task), book.key(other));
  }
}

void Audit::check_run_limit(store::RunNumber run) const {
  const auto& about = books_.at(run).about();
  if (about.run_limit.runs == 0) return;
  auto going = std::ranges::count_if(
      starting_, [&](store::RunNumber other) { return books_.at(other).about().flow == about.flow; });
  demand(static_cast<std::size_t>(going) <= about.run_limit.runs,
         "{} runs of {} were under way, {} are allowed", going, about.flow, about.run_limit.runs);
}

}  // namespace weir::sim
