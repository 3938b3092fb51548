#include "cli/runs/runs_verbs.h"

#include "cli/runs/resume_verbs.h"
#include "cli/runs/runs_cancel.h"
#include "cli/runs/runs_list.h"
#include "cli/runs/runs_logs.h"
#include "cli/runs/runs_pause.h"
#include "cli/runs/runs_prune.h"
#include "cli/runs/runs_result.h"
#include "cli/runs/runs_show.h"
#include "cli/runs/runs_sweep.h"
#include "cli/runs/runs_watch.h"

namespace weir::cli {

void add_runs_verbs(Verb root, const Program& program) {
  root.verb("runs", "Runs of flows: look at them, and cancel, pause, resume or retry them",
            [&program](Verb runs) {
              add_list_verb(runs);
              add_show_verb(runs);
              add_result_verb(runs);
              add_logs_verb(runs);
              add_watch_verb(runs, program.name);
              add_cancel_verb(runs, program.name);
              add_pause_verb(runs, program.name);
              add_resume_verb(runs, program);
              add_retry_verb(runs, program);
              add_sweep_verb(runs, program);
              add_prune_verb(runs);
            });
}

}  // namespace weir::cli
