// Follows one run to its end on this thread, with Ctrl-C: the first stops starting work and says how to go on, the
// second cancels the run, the third leaves at once.
#pragma once

#include "cli/session/session.h"
#include "cli/watching/progress.h"

namespace weir::cli {

struct Followed {
  core::RunState state = core::RunState::running;  ///< running: we left before its end
  Exit exit = Exit::ok;
};

/// `program` is how the user calls us, for hints.
Followed follow(Session& session, runtime::RunSlot slot, Progress& progress, const Terminal& terminal,
                const std::string& program);

}  // namespace weir::cli
