// Finds the file a command executes, and finds out before anything is started why it could not be.
#pragma once

#include <string>

#include "base/error.h"
#include "process/command.h"

namespace weir::process {

/// The absolute path of the program: argv[0] itself when it has a slash (relative to the command's
/// directory), otherwise the first match on the PATH of the command's environment. Code::not_found when there
/// is no such program (or its `#!` interpreter), Code::invalid for an empty argv, a bad directory, or text
/// that no process can be given.
Result<std::string> find_program(const Command& command);

}  // namespace weir::process
