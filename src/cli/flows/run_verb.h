// weir run: execute a flow and follow it.
#pragma once

#include "cli/terminal/program.h"
#include "cli/terminal/verb.h"

namespace weir::cli {

void add_run_verb(Verb root, const Program& program);

}  // namespace weir::cli
