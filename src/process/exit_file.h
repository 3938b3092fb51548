// The file in which a detached supervisor leaves how its command ended: one line, "exit 3" or "signal 9". It
// appears whole or not at all, also across a power cut. read_exit() of detached.h reads it.
#pragma once

#include <filesystem>

#include "process/command.h"

namespace weir::process {

/// False when the file system refuses.
bool write_exit(const std::filesystem::path& exit_file, const Exit& exit);

}  // namespace weir::process
