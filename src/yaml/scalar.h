// From the text of a YAML scalar to JSON, by the core schema of YAML 1.2: true, null, 7, 0x1F, 0o17 and 1.5
// are what they look like; yes, on, 2024-01-31 and 1_000 are text; 007 is the number seven.
#pragma once

#include <string_view>

#include "base/error.h"
#include "base/json.h"

namespace weir::yaml {

/// An unquoted scalar. Errors: numbers that JSON or 64 bits cannot hold, which would otherwise change
/// silently.
Result<json> from_plain(std::string_view text);

/// A scalar with a tag as yaml-cpp reports it: "?" unquoted, "!" quoted, or a core tag such as
/// tag:yaml.org,2002:int.
Result<json> from_tagged(std::string_view text, std::string_view tag);

}  // namespace weir::yaml
