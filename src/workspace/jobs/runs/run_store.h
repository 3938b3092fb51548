// Runs and idempotency tokens. Whoever changes more than one run does it in one transaction of State.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workspace/home/state.h"
#include "workspace/jobs/runs/run.h"
#include "workspace/jobs/runs/run_queries.h"

namespace weir::workspace {

class RunStore {
 public:
  explicit RunStore(State& state) : state_(state) {}

  Result<std::int64_t> insert(const Run& run);  ///< with the next id; inside a transaction
  Result<void> update(const Run& run);          ///< everything that can change
  Result<void> remove(std::int64_t run_id);     ///< with its task runs; their tokens stay

  Result<std::optional<Run>> find(std::int64_t run_id);
  Result<std::vector<Run>> tasks_of(std::int64_t run_id);  ///< in order of creation
  Result<std::vector<Run>> list(const RunQuery& query);    ///< no task runs; newest first
  Result<std::vector<Run>> active_of(
      std::int64_t job_id);  ///< no task runs; oldest first; job 0: of all jobs

  Result<std::vector<Run>> all_below(
      std::int64_t run_id);  ///< tasks of a job run with their iterations, in any order
  Result<std::optional<Run>> called_by(
      std::int64_t task_run_id);  ///< the job run that a run_job_task started

  Result<std::optional<std::int64_t>> run_of_token(std::string_view token);
  Result<void> keep_token(std::string_view token, std::int64_t run_id);

 private:
  template <class... Values>
  Result<std::vector<Run>> select(std::string_view rest, const Values&... values);
  State& state_;
};

}  // namespace weir::workspace
