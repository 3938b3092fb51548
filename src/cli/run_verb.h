// weir run: execute a flow and follow it. weir runs resume: go on with a run whose process is gone.
#pragma once

#include "cli/program.h"
#include "cli/verb.h"

namespace weir::cli {

void add_run_verb(Verb root, const Program& program);
void add_resume_verb(Verb runs, const Program& program);

}  // namespace weir::cli
