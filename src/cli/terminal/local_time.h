// Times as people read them.
#pragma once

#include <string>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/clock.h"

namespace weir::cli {

/// "2026-11-21 05:22:42", in the local time zone.
inline std::string local_time(Instant at) {
  auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::localtime(std::chrono::system_clock::to_time_t(seconds)));
}

/// "05:22:42.123", in the local time zone.
inline std::string local_time_of_day(Instant at) {
  auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  return fmt::format("{:%H:%M:%S}.{:03}", fmt::localtime(std::chrono::system_clock::to_time_t(seconds)),
                     to_millis(at) % 1000);
}

}  // namespace weir::cli
