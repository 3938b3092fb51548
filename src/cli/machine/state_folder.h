// Where weir keeps its state: $WEIR_HOME, or the nearest `.weir` folder from the working directory upwards (so that a
// project has its own, as with git), or ~/.weir.
#pragma once

#include <filesystem>

#include "base/error.h"

namespace weir::cli {

/// Created, readable by its owner only, when it is not there.
Result<std::filesystem::path> state_folder();

/// The nearest entry called `name` in `start` or a folder above it; empty when there is none.
std::filesystem::path find_upwards(const std::filesystem::path& start, const std::filesystem::path& name);

}  // namespace weir::cli
