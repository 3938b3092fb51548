// Waits for something to become true of a run that another process executes.
#pragma once

#include <functional>

#include "cli/watching/watched_run.h"

namespace weir::cli {

enum class Waited : std::uint8_t {
  seen,         ///< it has become true, or the run has ended
  abandoned,    ///< the process that executes the run is gone
  interrupted,  ///< Ctrl-C
};

/// Returns at once when it is true already. Ctrl-C ends the waiting and nothing else.
Result<Waited> wait_for(WatchedRun& watched, const std::function<bool(const core::Run&)>& true_now);

}  // namespace weir::cli
