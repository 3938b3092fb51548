// /api/2.x/jobs/run-now and jobs/runs: start, watch, read and end runs.
#pragma once

#include "workspace/jobs/api/run_view.h"
#include "workspace/jobs/plan/admission.h"
#include "workspace/jobs/runner/runner.h"
#include "workspace/jobs/settings/job_store.h"
#include "workspace/rest/router.h"

namespace weir::workspace {

class RunsApi {
 public:
  /// `view` without its time.
  RunsApi(State& state, Runner& runner, DestinationStore destinations, RunView view)
      : state_(state),
        jobs_(state),
        runs_(state),
        destinations_(std::move(destinations)),
        runner_(runner),
        view_(std::move(view)) {}
  void add_routes(Router& router);

 private:
  Reply run_now(const Call& call);
  Reply submit(const Call& call);
  Reply get(const Call& call);
  Reply output(const Call& call);
  Reply live_output(const Call& call);
  Reply list(const Call& call);
  Reply cancel(const Call& call);
  Reply cancel_all(const Call& call);
  Reply remove(const Call& call);

  Answer<Admitted> start(const RunRequest& request);
  Answer<Run> run_of(const Call& call);
  RunView view() const;
  std::int64_t now_ms() const { return to_millis(clock_.now()); }

  State& state_;
  JobStore jobs_;
  RunStore runs_;
  DestinationStore destinations_;
  Runner& runner_;
  RunView view_;
  SystemClock clock_;
};

/// A task run itself; of a job run with one task the last attempt of that. Refuses those with several.
Answer<Run> single_task(RunStore& runs, Run run);

}  // namespace weir::workspace
