// weir runs sweep: runs in the workspace that weir started and that nobody waits for.
#pragma once

#include "cli/terminal/program.h"
#include "cli/terminal/verb.h"

namespace weir::cli {

/// `program` outlives the verb.
void add_sweep_verb(Verb runs, const Program& program);

}  // namespace weir::cli
