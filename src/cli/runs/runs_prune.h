// weir runs prune: takes finished runs away for good, with their logs and pages.
#pragma once

#include "cli/terminal/verb.h"

namespace weir::cli {

void add_prune_verb(Verb runs);

}  // namespace weir::cli
