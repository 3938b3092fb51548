// How a task stands: the same eight words as on the command line and in flow files.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir {

enum class State : std::uint8_t {
  pending,   ///< waits for other tasks, or for room
  running,   ///< an attempt is under way
  retrying,  ///< an attempt failed, the next one is due later
  succeeded,
  failed,
  upstream_failed,  ///< never ran because something it waits for did not succeed
  skipped,
  cancelled,
};

/// "upstream_failed".
std::string_view name_of(State state);

}  // namespace weir
