// The moment in which a run comes to exist: the run, its tasks and its idempotency token in one transaction. After it
// the run is going to happen, whatever becomes of the server.
#pragma once

#include <cstdint>
#include <string>

#include "workspace/jobs/plan/run_parameters.h"
#include "workspace/jobs/runs/run_store.h"
#include "workspace/jobs/settings/job_store.h"
#include "workspace/rest/answer.h"

namespace weir::workspace {

struct RunRequest {
  std::int64_t job_id = 0;  ///< 0 for a one-time run
  std::string name{};
  JsonObject settings{};  ///< normalized
  RunParameters parameters{};
  std::string token{};     ///< empty for none
  bool may_queue = false;  ///< when the job has as many runs as it may: wait instead of being skipped
  std::string trigger = "ONE_TIME";
  std::int64_t caller_id = 0;  ///< the task run of the run_job_task that asks for it; 0 for none
};

/// A run of a job with what run-now may say of it: parameters, queue. Refuses parameters as read_parameters does, and a
/// job without tasks.
Answer<RunRequest> run_request(const Job& job, const JsonObject& fields);

struct Admitted {
  std::int64_t run_id = 0;
  bool is_new = true;  ///< false: the token's run, nothing was started
};

/// Refuses a token that is too long, or whose run was deleted (400 INVALID_PARAMETER_VALUE).
Answer<Admitted> admit(State& state, const RunRequest& request, std::int64_t now_ms);

/// A first attempt of one task of `parent`, with the run's parameters in it. Not in the store yet.
Run task_run(const Run& parent, const JsonObject& task, const RunParameters& parameters);

}  // namespace weir::workspace
