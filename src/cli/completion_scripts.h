// What a shell has to read to complete the words of our program.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace weir::cli {

/// `command`: how the program is called. Code::invalid for a shell that we have nothing for.
Result<std::string> completion_script(const std::string& shell, std::string_view command);

}  // namespace weir::cli
