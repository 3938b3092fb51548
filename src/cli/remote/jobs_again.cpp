// weir jobs repair and cancel: what can be done about a run of a job.
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "cli/remote/jobs_verbs.h"
#include "cli/remote/remote_end.h"
#include "cli/session/with_client.h"
#include "databricks/client/jobs.h"

namespace weir::cli {
namespace {

using databricks::Jobs;
using databricks::PatientClient;

struct Options {
  std::int64_t run_id = 0;
  std::string job{};
  std::vector<std::string> tasks{};
  bool dependents = false;
  bool wait = false;
};

bool is_local(const PatientClient& client) { return databricks::is_loopback(client.connection().host); }

Exit repair(const Options& options, const PatientClient& client, const Terminal& out) {
  Jobs jobs(client);
  JsonObject body;
  if (options.tasks.empty())
    body["rerun_all_failed_tasks"] = true;
  else
    body["rerun_tasks"] = JsonArray(options.tasks.begin(), options.tasks.end());
  if (options.dependents) body["rerun_dependent_tasks"] = true;
  auto repair_id = jobs.repair(options.run_id, std::move(body));
  if (!repair_id) return out.error(repair_id.error());
  if (!options.wait) return shown_id(std::to_string(*repair_id), "repair_id", out);
  out.say(fmt::format("repairing run {}", options.run_id));
  auto run = see_to_its_end(jobs, options.run_id, is_local(client), out);
  return run ? show_end(jobs, std::move(*run), out) : out.error(run.error());
}

Exit cancel_all(const Options& options, const Jobs& jobs, const Terminal& out) {
  auto job_id = jobs.find(options.job);
  if (!job_id) return out.error(job_id.error());
  return said(jobs.cancel_all(*job_id), fmt::format("asked all runs of job {} to cancel", *job_id), out);
}

Exit cancel(const Options& options, const PatientClient& client, const Terminal& out) {
  Jobs jobs(client);
  bool one = options.run_id > 0;
  if (one == !options.job.empty()) {
    return out.error({Code::invalid, "what to cancel is not clear", "give RUN_ID, or --all-of JOB"});
  }
  if (!one) return cancel_all(options, jobs, out);
  auto asked = said(jobs.cancel(options.run_id), fmt::format("asked run {} to cancel", options.run_id), out);
  if (asked != Exit::ok || !options.wait) return asked;
  auto run = see_to_its_end(jobs, options.run_id, is_local(client), out);
  return run ? Exit::ok : out.error(run.error());
}

}  // namespace

void add_jobs_again_verbs(Verb jobs, Connect connect) {
  auto options = std::make_shared<Options>();
  auto acts = [options, connect = std::move(connect)](auto verb) {
    return [options, connect, verb](Terminal& out) {
      return with_client(connect, out, [&](const auto& client) { return verb(*options, client, out); });
    };
  };
  jobs.verb("repair", "Run again, within the same run, what failed in it")
      .argument("RUN_ID", options->run_id, "of the run, which has ended")
      .option("--task", options->tasks, "this task instead of all that failed; may be repeated")
      .flag("--dependents", options->dependents, "and the tasks that depend on it")
      .flag("--wait", options->wait, "wait for its end and print what it printed and returned")
      .runs(acts(repair));
  jobs.verb("cancel", "End a run")
      .optional_argument("RUN_ID", options->run_id, "of the run")
      .option("--all-of", options->job, "every run of this job, by id or name, instead")
      .flag("--wait", options->wait, "wait until it has ended")
      .runs(acts(cancel));
}

}  // namespace weir::cli
