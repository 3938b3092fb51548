// /api/2.x/jobs/runs/repair and runs/export: what may follow when a run has ended.
#pragma once

#include "workspace/files/objects.h"
#include "workspace/jobs/api/repair.h"
#include "workspace/jobs/plan/run_parameters.h"
#include "workspace/jobs/runner/runner.h"
#include "workspace/jobs/settings/job_store.h"
#include "workspace/rest/router.h"

namespace weir::workspace {

class RepairsApi {
 public:
  RepairsApi(State& state, Runner& runner, const Objects& objects, RunView view)
      : state_(state),
        jobs_(state),
        runs_(state),
        repairs_(state),
        runner_(runner),
        objects_(objects),
        view_(std::move(view)) {}
  void add_routes(Router& router);

 private:
  Reply repair(const Call& call);
  Reply export_views(const Call& call);

  Answer<Run> ended_run(const Call& call);
  Answer<JsonObject> current_settings(const Run& run);
  Answer<std::int64_t> start_again(Run run, const JsonObject& settings, const RunParameters& parameters,
                                   const std::vector<std::string>& keys, const std::vector<Run>& tasks);
  JsonObject state_of(const Run& run, const std::vector<Run>& tasks) const;

  State& state_;
  JobStore jobs_;
  RunStore runs_;
  RepairStore repairs_;
  Runner& runner_;
  const Objects& objects_;
  RunView view_;
  SystemClock clock_;
};

}  // namespace weir::workspace
