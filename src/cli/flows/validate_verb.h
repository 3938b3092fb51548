// weir validate: everything that is wrong with flows, without running them.
#pragma once

#include "cli/terminal/program.h"
#include "cli/terminal/verb.h"

namespace weir::cli {

void add_validate_verb(Verb root, const Program& program);

}  // namespace weir::cli
