// weir jobs runs: the runs of the workspace, whoever started them.
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "cli/remote/jobs_verbs.h"
#include "cli/remote/remote_end.h"
#include "cli/session/with_client.h"
#include "cli/terminal/local_time.h"
#include "databricks/client/jobs.h"

namespace weir::cli {
namespace {

using databricks::Jobs;

struct Options {
  std::int64_t run_id = 0;
  std::string job{};
  std::int64_t limit = 25;
  bool active = false;
};

/// "SUCCESS" once there is a result, "RUNNING" before.
std::string state_of(const json& run) {
  const json* state = find(run, "state");
  if (!state) return "";
  auto result = string_or(*state, "result_state", "");
  return result.empty() ? string_or(*state, "life_cycle_state", "") : result;
}

Exit list(const Options& options, const Jobs& jobs, const Terminal& out) {
  if (options.limit < 1) return out.error({Code::invalid, "--limit is at least 1", ""});
  JsonObject filters;
  if (!options.job.empty()) {
    auto job_id = jobs.find(options.job);
    if (!job_id) return out.error(job_id.error());
    filters["job_id"] = *job_id;
  }
  if (options.active) filters["active_only"] = true;
  auto runs = jobs.runs(std::move(filters), static_cast<std::size_t>(options.limit));
  if (!runs) return out.error(runs.error());
  if (out.as_json) {
    out.data_json(JsonArray(runs->begin(), runs->end()));
    return Exit::ok;
  }
  for (const auto& run : *runs) {
    Instant started{std::chrono::milliseconds(int_or(run, "start_time", 0))};
    out.data(fmt::format("{:<18} {}  {:<10} {}", int_or(run, "run_id", 0), local_time(started), state_of(run),
                         string_or(run, "run_name", "")));
  }
  return Exit::ok;
}

Exit show(const Options& options, const Jobs& jobs, const Terminal& out) {
  auto run = jobs.run(options.run_id);
  if (!run) return out.error(run.error());
  out.data_json(*run);
  return Exit::ok;
}

/// Of a run that has ended: what it printed and returned, or why it failed.
Exit output(const Options& options, const Jobs& jobs, const Terminal& out) {
  auto run = jobs.run(options.run_id);
  if (!run) return out.error(run.error());
  return show_end(jobs, std::move(*run), out);
}

Exit remove(const Options& options, const Jobs& jobs, const Terminal& out) {
  return said(jobs.remove_run(options.run_id), fmt::format("deleted run {}", options.run_id), out);
}

}  // namespace

void add_jobs_runs_verbs(Verb jobs, Connect connect) {
  auto options = std::make_shared<Options>();
  auto acts = [options, connect = std::move(connect)](auto verb) {
    return [options, connect, verb](Terminal& out) {
      return with_client(connect, out, [&](const auto& client) { return verb(*options, Jobs(client), out); });
    };
  };
  auto runs = jobs.verb("runs", "Runs in the workspace, whoever started them");
  runs.verb("list", "The newest runs")
      .option("--job", options->job, "only those of this job, by id or name")
      .flag("--active", options->active, "only those that have not ended")
      .option("-n,--limit", options->limit, "how many at the most (25)")
      .runs(acts(list));
  runs.verb("get", "Show one run as JSON").argument("RUN_ID", options->run_id, "of the run").runs(acts(show));
  runs.verb("output", "What a run printed and returned, or why it failed")
      .argument("RUN_ID", options->run_id, "of the run, which has ended")
      .runs(acts(output));
  runs.verb("delete", "Forget a run that has ended")
      .argument("RUN_ID", options->run_id, "of the run")
      .runs(acts(remove));
}

}  // namespace weir::cli
