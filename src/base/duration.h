// Durations as people write them: "500ms", "10s", "2m", "1h30m", "1d", or a plain number of seconds.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace weir {

/// Errors (Code::invalid) name the text and the accepted forms. Negative and overlong durations are refused.
Result<Duration> parse_duration(std::string_view text);

/// The shortest readable form with at most two units: "3.2s", "1m04s", "2h05m", "850ms".
std::string to_text(Duration duration);

}  // namespace weir
