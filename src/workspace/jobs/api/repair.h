// Repairs: a run that has ended goes on, with new attempts of some of its tasks, under the id it has. What it was until
// then stays in its history.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workspace/jobs/api/run_view.h"
#include "workspace/jobs/runs/run_store.h"
#include "workspace/rest/answer.h"

namespace weir::workspace {

struct Repair {
  std::int64_t repair_id = 0;
  std::int64_t run_id = 0;
  std::int64_t created_ms = 0;
  json before{};  ///< {"state", "status", "end_time"} of the run until this repair
};

class RepairStore {
 public:
  explicit RepairStore(State& state) : state_(state) {}
  Result<std::int64_t> insert(const Repair& repair);        ///< with the next id; inside a transaction
  Result<std::vector<Repair>> of_run(std::int64_t run_id);  ///< oldest first

 private:
  State& state_;
};

/// Which tasks a repair runs again, from the body of runs/repair: `rerun_tasks`, or `rerun_all_failed_tasks`, with what
/// depends on them when `rerun_dependent_tasks`. `tasks` are all task runs, in order of creation. Refuses both fields at
/// once, neither, keys of no task, and a choice that is empty.
Answer<std::vector<std::string>> tasks_to_rerun(const JsonObject& fields, const std::vector<Run>& tasks);

/// The second repair of a run and those after it must name the one before: so two people do not repair at once.
Answer<void> check_latest_repair(const JsonObject& fields, const std::vector<Repair>& earlier);

/// `repair_history` of a run: the original, then the repairs.
JsonArray show_history(const JsonObject& shown_run, const Run& run, const std::vector<Run>& tasks,
                       const std::vector<Repair>& repairs);

}  // namespace weir::workspace
