// weir workspace start | status | stop | endpoints | reset
#pragma once

#include "cli/terminal/verb.h"

namespace weir::cli {

void add_workspace_verbs(Verb root);

}  // namespace weir::cli
