// The address of a workspace.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace weir::databricks {

/// "HTTPS://adb-1.azuredatabricks.net/?o=7" → "https://adb-1.azuredatabricks.net". Errors (Code::invalid): no
/// scheme, another scheme than http and https, http to another machine, a user name inside, the account
/// console.
Result<std::string> normalise_host(std::string_view host);
bool is_loopback(std::string_view normalised_host);

}  // namespace weir::databricks
