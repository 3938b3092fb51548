// weir runs logs: what the attempts of a run printed, of a run that has ended or of one that another process executes.
#pragma once

#include "cli/terminal/verb.h"

namespace weir::cli {

void add_logs_verb(Verb runs);

}  // namespace weir::cli
