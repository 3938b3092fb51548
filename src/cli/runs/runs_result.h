// weir runs result: what a task gave.
#pragma once

#include "cli/terminal/verb.h"

namespace weir::cli {

void add_result_verb(Verb runs);

}  // namespace weir::cli
