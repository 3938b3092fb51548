// on_success, on_failure …: programs to start when a run or a task has come to an end.
#pragma once

#include <optional>
#include <vector>

#include "core/hook.h"
#include "yaml/document.h"
#include "yaml/faults.h"

namespace weir::yaml {

std::optional<core::Hook> read_hook(core::Hook::On on, const Member& member, Faults& faults);

/// Those of the whole run.
std::vector<core::Hook> read_run_hooks(const Node& root, Faults& faults);

}  // namespace weir::yaml
