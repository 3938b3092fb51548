// weir jobs reset and update: other settings for a job that exists.
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "cli/remote/jobs_verbs.h"
#include "cli/session/with_client.h"
#include "cli/terminal/json_argument.h"
#include "databricks/client/jobs.h"

namespace weir::cli {
namespace {

using databricks::Jobs;

struct Options {
  std::string job{};
  std::string settings{};
  std::vector<std::string> unwanted{};
};

Exit reset(const Options& options, const Jobs& jobs, const Terminal& out) {
  auto settings = read_object(options.settings, "what the job is made of");
  if (!settings) return out.error(settings.error());
  auto job_id = jobs.find(options.job);
  if (!job_id) return out.error(job_id.error());
  return said(jobs.reset(*job_id, std::move(*settings)), fmt::format("reset job {}", *job_id), out);
}

Exit update(const Options& options, const Jobs& jobs, const Terminal& out) {
  bool removes_only = options.settings.empty() && !options.unwanted.empty();
  auto settings = removes_only ? Result<json>(JsonObject{})
                               : read_object(options.settings, "what is to change about the job");
  if (!settings) return out.error(settings.error());
  auto job_id = jobs.find(options.job);
  if (!job_id) return out.error(job_id.error());
  return said(jobs.update(*job_id, std::move(*settings), options.unwanted),
              fmt::format("updated job {}", *job_id), out);
}

}  // namespace

void add_jobs_change_verbs(Verb jobs, Connect connect) {
  auto options = std::make_shared<Options>();
  auto acts = [options, connect = std::move(connect)](auto verb) {
    return [options, connect, verb](Terminal& out) {
      return with_client(connect, out, [&](const auto& client) { return verb(*options, Jobs(client), out); });
    };
  };
  jobs.verb("reset", "Give a job these settings in place of all it has")
      .argument("JOB", options->job, "id or name")
      .option("--json", options->settings, "its settings: JSON, or @FILE, or @- for standard input")
      .runs(acts(reset));
  jobs.verb("update", "Change some settings of a job")
      .argument("JOB", options->job, "id or name")
      .option("--json", options->settings, "the new ones: JSON, or @FILE, or @- for standard input")
      .option("--remove", options->unwanted, "a setting to take away (tasks/KEY for a task); may be repeated")
      .runs(acts(update));
}

}  // namespace weir::cli
