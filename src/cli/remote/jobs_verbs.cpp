#include "cli/remote/jobs_verbs.h"

#include <memory>
#include <utility>

#include <fmt/format.h>

#include "cli/session/with_client.h"
#include "databricks/client/jobs.h"

namespace weir::cli {
namespace {

using databricks::Jobs;

struct Options {
  std::string job{};
  std::string name{};
};

Exit list(const Options& options, Jobs jobs, const Terminal& out) {
  auto listed = jobs.list(options.name.empty() ? std::nullopt : std::optional(options.name));
  if (!listed) return out.error(listed.error());
  if (out.as_json) {
    out.data_json(JsonArray(listed->begin(), listed->end()));
    return Exit::ok;
  }
  for (const auto& job : *listed) {
    auto [job_id, name] = databricks::job_name_of(job);
    out.data(fmt::format("{:<18} {}", job_id, name));
  }
  return Exit::ok;
}

Exit show(const Options& options, Jobs jobs, const Terminal& out) {
  auto job_id = jobs.find(options.job);
  if (!job_id) return out.error(job_id.error());
  auto job = jobs.get(*job_id);
  if (!job) return out.error(job.error());
  out.data_json(*job);
  return Exit::ok;
}

Exit remove(const Options& options, Jobs jobs, const Terminal& out) {
  auto job_id = jobs.find(options.job);
  if (!job_id) return out.error(job_id.error());
  return said(jobs.remove(*job_id), fmt::format("deleted job {}", *job_id), out);
}

}  // namespace

void add_jobs_verbs(Verb root, Connect connect) {
  root.verb("jobs", "Jobs of the workspace", [connect = std::move(connect)](Verb jobs) {
    auto options = std::make_shared<Options>();
    auto acts = [options, connect](auto verb) {
      return [options, connect, verb](Terminal& out) {
        return with_client(connect, out,
                           [&](const auto& client) { return verb(*options, Jobs(client), out); });
      };
    };
    add_jobs_create_verb(jobs, connect);
    jobs.verb("list", "List jobs: id and name")
        .option("--name", options->name, "only those of this name")
        .runs(acts(list));
    jobs.verb("get", "Show one job as JSON").argument("JOB", options->job, "id or name").runs(acts(show));
    add_jobs_change_verbs(jobs, connect);
    add_jobs_run_now_verb(jobs, connect);
    add_jobs_again_verbs(jobs, connect);
    add_jobs_runs_verbs(jobs, connect);
    jobs.verb("delete", "Delete a job; its runs stay")
        .argument("JOB", options->job, "id or name")
        .runs(acts(remove));
  });
}

}  // namespace weir::cli
