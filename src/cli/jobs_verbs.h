// weir jobs: the jobs of the workspace.
#pragma once

#include "cli/connect.h"
#include "cli/verb.h"

namespace weir::cli {

/// Adds `jobs create|list|get|run-now|delete` to `root`.
void add_jobs_verbs(Verb root, Connect connect);

void add_jobs_create_verb(Verb jobs, Connect connect);
void add_jobs_run_now_verb(Verb jobs, Connect connect);

}  // namespace weir::cli
