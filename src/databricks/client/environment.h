// The variables of the environment, as a parameter.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace weir::databricks {

/// Empty variables count as missing.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

}  // namespace weir::databricks
