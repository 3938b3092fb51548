// weir runs pause: what is under way in a run goes on, nothing more is started. weir runs resume takes it back.
#pragma once

#include "cli/terminal/terminal.h"
#include "cli/terminal/verb.h"
#include "store/store.h"

namespace weir::cli {

/// `program` is how the user calls us, for hints.
void add_pause_verb(Verb runs, const std::string& program);

/// Asks the process that executes a paused run to go on, and waits until it does. A run that is not paused is an error.
Exit unpause(store::Store& store, const store::RunSummary& run, const Terminal& terminal,
             const std::string& program);

}  // namespace weir::cli
