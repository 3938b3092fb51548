// Follows a run that this process executes to its end, and prints what is asked for.
#pragma once

#include <functional>
#include <string>

#include <weir/flow.h>

#include "cli/session/session.h"
#include "cli/watching/progress.h"

namespace weir::cli {

struct Seeing {
  std::string doing = "running";  ///< or "resuming", "retrying"
  bool quiet = false;             ///< do not show what the tasks print
  std::string program = "weir";   ///< how the user calls us, for hints

  std::function<void(Progress&)> started{};             ///< before anything else is shown
  std::function<json()> returned{};                     ///< what the body has returned; null: nothing
  std::function<void(core::RunState, Exit)> at_rest{};  ///< last: the run has ended, or is left before that
};

/// While it is followed, the run obeys what others ask of it (runs cancel, runs pause). Does not return when we leave
/// before the end: threads may be inside of user code that knows no end, so the process ends at once. Everything is
/// durable, and what must not outlive us (processes, leases) goes with the process. After the end SIGINT and SIGTERM end
/// this process again: nothing can be lost any more, and whoever waits for user code that does not return must be able
/// to leave.
Exit see_through(Session& session, runtime::RunSlot slot, const Seeing& seeing, Terminal& terminal);

/// The same, with the body of a C++ flow on a thread of its own, whose return it waits for. Says so when that, or the
/// return of a task's function, takes longer than a moment.
Exit see_body_through(Session& session, runtime::RunSlot slot, const Flow& flow, const Seeing& seeing,
                      Terminal& terminal);

}  // namespace weir::cli
