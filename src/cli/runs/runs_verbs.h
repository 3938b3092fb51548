// weir runs: what the history of this state folder knows, and what can be asked of its runs.
#pragma once

#include "cli/terminal/program.h"
#include "cli/terminal/verb.h"

namespace weir::cli {

/// `program` outlives the verbs.
void add_runs_verbs(Verb root, const Program& program);

}  // namespace weir::cli
