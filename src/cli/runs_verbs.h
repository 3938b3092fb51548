// weir runs list|show|logs: what the history of this state folder knows.
#pragma once

#include "cli/verb.h"

namespace weir::cli {

void add_runs_verbs(Verb runs);

}  // namespace weir::cli
