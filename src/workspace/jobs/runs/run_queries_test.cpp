#include "workspace/jobs/runs/run_queries.h"

#include <doctest/doctest.h>

#include "base/scratch.h"
#include "workspace/home/sql.h"
#include "workspace/home/state.h"

using namespace weir;
using namespace weir::workspace;

namespace {

/// How SQLite answers it.
std::string plan_of(const std::string& tail) {
  static Scratch folder;
  static State state = State::open(folder.path() / "workspace.db").value();
  std::string steps;
  auto read = each_row(state.database(), "EXPLAIN QUERY PLAN SELECT * FROM runs " + tail,
                       [&](sqlite::Statement& row) { steps += row.text(3) + "\n"; });
  REQUIRE(read);
  return steps;
}

void goes_by(const std::string& tail, const std::string& index) {
  std::string plan = plan_of(tail);
  CAPTURE(tail);
  CAPTURE(plan);
  CHECK(plan.find(" " + index) != std::string::npos);
  CHECK(plan.find("USE TEMP B-TREE") == std::string::npos);
}

}  // namespace

TEST_CASE("starting a run does not look at those that have ended") {
  goes_by(active_runs, "runs_active");
  goes_by(active_runs_of_job, "runs_active_by_job (job_id=?)");
}

TEST_CASE("what is below a run is found without looking at others") {
  goes_by(tasks_of_run, "runs_of_tasks (parent_id=?)");
  goes_by(called_by_task, "runs_by_caller (caller_id=?)");
  std::string plan = plan_of(all_below_run);
  CHECK(plan.find("runs_of_tasks (parent_id=?)") != std::string::npos);
  CHECK(plan.find("runs_in_loops (loop_of_id=?)") != std::string::npos);
}

TEST_CASE("a page of runs is read in the order of the index, whatever was asked for") {
  using Which = RunQuery::Which;
  goes_by(listed_runs({}), "runs_of_jobs");
  goes_by(listed_runs({.below_id = 9}), "runs_of_jobs (run_id<?)");
  goes_by(listed_runs({.which = Which::active}), "runs_active");
  goes_by(listed_runs({.which = Which::completed}), "runs_of_jobs");
  goes_by(listed_runs({.job_id = 3}), "runs_by_job (job_id=?)");
  goes_by(listed_runs({.job_id = 3, .below_id = 9}), "runs_by_job (job_id=? AND run_id<?)");
  goes_by(listed_runs({.which = Which::active, .job_id = 3}), "runs_active_by_job (job_id=?)");
}
