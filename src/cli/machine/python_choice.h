// Which Python runs the user's code: flows, and the drivers of the embedded workspace.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"

namespace weir::cli {

/// `asked` (--python), or $WEIR_PYTHON, or the one beside our own binary (as in a virtual environment), or
/// .venv/bin/python in the nearest folder upwards, or python3 on PATH.
/// Code::not_found names the one that is not there.
Result<std::filesystem::path> choose_python(const std::string& asked);

}  // namespace weir::cli
