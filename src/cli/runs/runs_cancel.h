// weir runs cancel: ends a run, whichever process executes it, or none.
#pragma once

#include "cli/terminal/verb.h"

namespace weir::cli {

/// `program` is how the user calls us, for hints.
void add_cancel_verb(Verb runs, const std::string& program);

}  // namespace weir::cli
