// weir runs show: one run and its tasks.
#pragma once

#include "cli/terminal/verb.h"

namespace weir::cli {

void add_show_verb(Verb runs);

}  // namespace weir::cli
