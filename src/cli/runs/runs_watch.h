// weir runs watch: shows a run that another process executes, as `weir run` does there.
#pragma once

#include "cli/terminal/verb.h"

namespace weir::cli {

/// `program` is how the user calls us, for hints.
void add_watch_verb(Verb runs, const std::string& program);

}  // namespace weir::cli
