// The sections of a flow file, from its root to the tasks.
#pragma once

#include <span>

#include "core/flow.h"
#include "core/kind.h"
#include "yaml/document.h"

namespace weir::yaml {

/// The flow, of which only as much is there as could be read when there are faults.
core::FlowSpec read_sections(const Node& root, std::span<const core::Kind> kinds, Faults& faults);

}  // namespace weir::yaml
