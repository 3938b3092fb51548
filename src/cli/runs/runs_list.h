// weir runs list: the newest runs, of all flows or of one, in any state or in one.
#pragma once

#include "cli/terminal/verb.h"

namespace weir::cli {

void add_list_verb(Verb runs);

}  // namespace weir::cli
