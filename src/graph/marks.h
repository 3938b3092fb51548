// The remarks on a task's node. A policy gained later is drawn everywhere by adding its line to marks.cpp.
#pragma once

#include <vector>

#include "core/flow.h"
#include "graph/graph.h"

namespace weir::graph {

/// What differs from a task that runs once, when all before it have succeeded. No two marks have one name.
std::vector<Mark> marks_of(const core::TaskSpec& task);

}  // namespace weir::graph
