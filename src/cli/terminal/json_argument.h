// Arguments that are JSON, or name a file with it.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"

namespace weir::cli {

/// The text itself, or the contents of FILE for "@FILE", or standard input for "@-".
Result<std::string> read_text(const std::string& argument);

/// The object that the argument of --json means. `what` is for messages: "the settings of a job". Errors begin with
/// file and line.
Result<json> read_object(const std::string& argument, std::string_view what);

}  // namespace weir::cli
