// weir runs: what the history of this state folder knows, and what can be asked of its runs.
#pragma once

#include "cli/verb.h"

namespace weir::cli {

/// `program` is how the user calls us, for hints; it outlives the verbs.
void add_runs_verbs(Verb runs, const std::string& program);

}  // namespace weir::cli
