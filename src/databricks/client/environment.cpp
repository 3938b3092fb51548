#include "databricks/client/environment.h"

#include <cstdlib>

namespace weir::databricks {

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (!value || !*value) return std::nullopt;
    return value;
  };
}

}  // namespace weir::databricks
