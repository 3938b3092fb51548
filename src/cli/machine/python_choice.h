// Which Python runs the workspace's drivers, and whether it can.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"

namespace weir::cli {

/// `asked` (--python), or $WEIR_PYTHON, or the one beside our own binary (as in a virtual environment), or
/// .venv/bin/python in the nearest folder upwards, or python3 on PATH.
/// Code::not_found names the one that is not there.
Result<std::filesystem::path> choose_python(const std::string& asked);

/// Starts it once: it must be able to import pyspark, and there must be a Java. Code::invalid says what to install.
Result<void> check_python(const std::filesystem::path& python);

}  // namespace weir::cli
