// Sizes of values.
#pragma once

#include <cstddef>

#include "base/json.h"

namespace weir::core {

/// The largest result that a history takes.
constexpr std::size_t value_bytes_max = 8 * 1024 * 1024;

/// About how many bytes the value has as JSON text; exact enough for a limit, and much cheaper than writing it.
std::size_t bytes_of(const json& value);

}  // namespace weir::core
