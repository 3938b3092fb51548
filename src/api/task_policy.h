// The options of C++ tasks and flows, as the core knows them.
#pragma once

#include <weir/call.h>
#include <weir/flow.h>

#include "core/event.h"
#include "core/hook.h"
#include "core/policy.h"

namespace weir::api {

/// `base` with what `over` gives in its place.
TaskOptions merged(TaskOptions base, const TaskOptions& over);

/// Throws FlowError for options that cannot be; the message begins with `task`.
core::Policy policy_of(const std::string& task, const TaskOptions& options,
                       const std::optional<detail::When>& when);

/// A function that wants to know when a task has come to this.
struct TaskHook {
  core::Hook::On on = core::Hook::On::end;
  Hook call{};
};
std::vector<TaskHook> hooks_of(const TaskOptions& options);

/// Puts the options of a flow into the start of a run of it.
void describe(const Flow& flow, core::RunStarted& about);

}  // namespace weir::api
