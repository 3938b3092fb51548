// How a task ended, for whoever waits for its result.
#pragma once

#include <string>

#include "core/run.h"

namespace weir::core {

/// Why a task that did not succeed has no result, in one line.
std::string why_no_result(const Run& run, TaskIndex task);

}  // namespace weir::core
