// weir run: execute a flow and follow it.
#pragma once

#include "cli/program.h"
#include "cli/verb.h"

namespace weir::cli {

void add_run_verb(Verb root, const Program& program);

}  // namespace weir::cli
