// weir jobs: the jobs of the workspace.
#pragma once

#include "cli/session/connect.h"
#include "cli/terminal/verb.h"

namespace weir::cli {

/// Adds `jobs create|list|get|reset|update|run-now|repair|cancel|runs|delete` to `root`.
void add_jobs_verbs(Verb root, Connect connect);

void add_jobs_create_verb(Verb jobs, Connect connect);
void add_jobs_change_verbs(Verb jobs, Connect connect);  ///< reset, update
void add_jobs_run_now_verb(Verb jobs, Connect connect);
void add_jobs_again_verbs(Verb jobs, Connect connect);  ///< repair, cancel
void add_jobs_runs_verbs(Verb jobs, Connect connect);   ///< runs list|get|output|delete

}  // namespace weir::cli
