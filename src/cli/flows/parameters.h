// Parameters of a flow as given on the command line: -p name=value.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace weir::cli {

/// `declared` with the given values in place. A value is text where the default is text, otherwise JSON when it
/// parses as JSON. Errors (Code::invalid): no '=', an unknown name (with the nearest), a value of another type than
/// the default, a parameter without default that was not given.
Result<JsonObject> with_values(JsonObject declared, const std::vector<std::string>& given);

}  // namespace weir::cli
