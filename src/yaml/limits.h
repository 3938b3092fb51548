// Named concurrency limits: their sizes, which a flow may declare, and the shares that tasks take of them.
#pragma once

#include <span>
#include <vector>

#include "yaml/task_draft.h"

namespace weir::yaml {

/// What one limit can have.
constexpr std::int64_t limit_slots_max = 100'000;

/// Of a task: db, [db, api] or {db: 2}.
std::vector<core::LimitUse> read_limit_uses(const Node& node, Faults& faults);

/// Of a flow: {db: 3}.
std::vector<core::LimitUse> read_limit_sizes(const Node& node, Faults& faults);

/// That no task takes more than there is. Limits that the flow does not declare may have their size from the
/// state folder; they are refused only where a declared one is meant.
void check_limits(std::span<const TaskDraft> tasks, const std::vector<core::LimitUse>& sizes, Faults& faults);

}  // namespace weir::yaml
