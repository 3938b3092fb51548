// The keys of a task that say how it is run, one function each.
#pragma once

#include <span>
#include <string_view>

#include "yaml/task_draft.h"

namespace weir::yaml {

/// Reads one member of a task into the draft and reports what is wrong with it.
struct Property {
  std::string_view name{};
  void (*read)(const Member& member, TaskDraft& draft, Faults& faults) = nullptr;
};

/// retries, retry_delay, …: when a failed task is tried again.
std::span<const Property> retry_properties();

/// timeout, limits, priority, …: how attempts are run.
std::span<const Property> attempt_properties();

/// trigger, when, cleanup, …: whether the task runs at all, and for what.
std::span<const Property> start_properties();

/// on_success, on_failure, …: whom to tell.
std::span<const Property> hook_properties();

}  // namespace weir::yaml
