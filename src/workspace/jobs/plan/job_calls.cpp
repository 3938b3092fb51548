#include "workspace/jobs/plan/job_calls.h"

#include <fmt/format.h>

#include "workspace/jobs/settings/job_settings.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

void add_call(const json& task, std::set<std::int64_t>& jobs) {
  if (const json* call = find(task, "run_job_task")) jobs.insert(int_or(*call, "job_id", 0));
}

}  // namespace

std::set<std::int64_t> called_jobs(const JsonObject& settings) {
  std::set<std::int64_t> jobs;
  for (const json& task : tasks_of(settings)) {
    add_call(task, jobs);
    const json* loop = find(task, "for_each_task");
    if (const json* repeated = loop ? find(*loop, "task") : nullptr) add_call(*repeated, jobs);
  }
  return jobs;
}

Answer<void> check_calls(JobStore& jobs, std::int64_t job_id, const JsonObject& settings) {
  std::set<std::int64_t> level = called_jobs(settings);
  for (std::size_t depth = 1; !level.empty(); ++depth) {
    if (job_id != 0 && level.contains(job_id))
      return invalid_parameter(fmt::format("Job {} would run itself through its run_job_task.", job_id));
    if (depth > run_job_depth_max)
      return invalid_parameter(
          fmt::format("The run_job_tasks of this job would nest more than {} deep, down to job {}.",
                      run_job_depth_max, *level.begin()));
    std::set<std::int64_t> next;
    for (std::int64_t called : level) {
      auto job = jobs.find(called);
      if (!job) return internal_error(job.error());
      if (*job) next.merge(called_jobs((*job)->settings));
    }
    level = std::move(next);
  }
  return {};
}

}  // namespace weir::workspace
