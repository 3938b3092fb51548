// weir runs resume: go on with a run whose process is gone, or that is paused. weir runs retry: go on with one that has
// ended, from what did not succeed.
#pragma once

#include <string>

#include "cli/terminal/program.h"
#include "cli/terminal/verb.h"

namespace weir::cli {

/// What `weir runs resume` does, for others that resume runs.
Exit resume_run(const std::string& run, const std::string& workspace, const Program& program,
                Terminal& terminal);

/// `program` outlives the verbs.
void add_resume_verb(Verb runs, const Program& program);
void add_retry_verb(Verb runs, const Program& program);

}  // namespace weir::cli
