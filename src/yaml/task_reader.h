// Reads one task of a flow file: its kind and inputs, what it needs, and how it is run.
#pragma once

#include <span>

#include "core/kind.h"
#include "yaml/task_draft.h"

namespace weir::yaml {

/// Reads one member of `tasks`. Always gives a draft, so that other tasks can still be checked against its
/// key.
TaskDraft read_task(const Member& member, std::span<const core::Kind> kinds, Faults& faults);

}  // namespace weir::yaml
