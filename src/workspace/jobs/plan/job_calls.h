// Jobs that run jobs: which do, and how far that may go.
#pragma once

#include <cstdint>
#include <set>

#include "workspace/jobs/settings/job_store.h"
#include "workspace/rest/answer.h"

namespace weir::workspace {

/// Of a chain of run_job_tasks: as many as Databricks supports.
inline constexpr std::size_t run_job_depth_max = 3;

/// The jobs that the tasks of a job run, also those that a for_each_task repeats.
std::set<std::int64_t> called_jobs(const JsonObject& settings);

/// Refuses settings with which the job would run itself, through others or not, or with which a chain of run_job_tasks
/// would be longer than run_job_depth_max. `job_id` is 0 for a job that is not made yet. What its callers look like is
/// found when they run.
Answer<void> check_calls(JobStore& jobs, std::int64_t job_id, const JsonObject& settings);

}  // namespace weir::workspace
