// weir jobs run-now: start a run of a job and, with --wait, see it to its end.
#include <algorithm>
#include <memory>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/ids.h"
#include "cli/jobs_verbs.h"
#include "databricks/client/jobs.h"
#include "databricks/executor/ending.h"
#include "databricks/wire/run_state.h"

namespace weir::cli {
namespace {

using databricks::EndedRun;
using databricks::Ending;
using databricks::Jobs;
using databricks::PatientClient;

constexpr std::chrono::milliseconds first_pause{100};
constexpr std::chrono::milliseconds pause_max{5'000};
constexpr std::chrono::milliseconds local_pause_max{500};

struct Options {
  std::string job{};
  std::vector<std::string> parameters{};
  bool wait = false;
};

Result<JsonObject> parameters_of(const std::vector<std::string>& given) {
  JsonObject parameters;
  for (const auto& text : given) {
    auto equals = text.find('=');
    if (equals == text.npos || equals == 0) {
      return fail(Code::invalid, fmt::format("'{}' is no parameter", text), "write -p name=value");
    }
    parameters[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return parameters;
}

/// Jobs that declare parameters take them as such; other jobs pass them to their notebooks.
json body_for(const json& job, JsonObject parameters) {
  SystemRandom random;
  json body = {{"job_id", int_or(job, "job_id", 0)},
               {"idempotency_token", "weir-cli-" + random_hex(random, 16)}};
  if (parameters.empty()) return body;
  const json* settings = find(job, "settings");
  const json* declared = settings ? find(*settings, "parameters") : nullptr;
  bool declares = declared && declared->is_array() && !declared->get_array().empty();
  body.get_object()[declares ? "job_parameters" : "notebook_params"] = std::move(parameters);
  return body;
}

/// Polls until the run has ended; being unable to ask is said once and waited out.
Result<json> see_to_its_end(const Jobs& jobs, std::int64_t run_id, bool local, const Terminal& out) {
  std::string seen;
  bool complained = false;
  for (auto pause = first_pause;; pause = std::min(pause * 13 / 10, local ? local_pause_max : pause_max)) {
    auto run = jobs.run(run_id);
    bool out_of_reach = !run && (run.error().code == Code::unavailable || run.error().code == Code::timeout);
    if (!run && !out_of_reach) return run;
    if (out_of_reach && !std::exchange(complained, true)) out.say(run.error().message + " (still waiting)");
    const json* state = run ? find(*run, "state") : nullptr;
    auto now = state ? string_or(*state, "life_cycle_state", "") : seen;
    if (now != std::exchange(seen, now))
      out.say(out.ink(Terminal::Ink::dim, fmt::format("run {} is {}", run_id, now)));
    if (run && databricks::has_ended(*run)) return run;
    std::this_thread::sleep_for(pause);
  }
}

EndedRun with_outputs(const Jobs& jobs, json run) {
  EndedRun ended{.run = std::move(run)};
  ended.tasks = databricks::last_attempts(ended.run);
  for (auto& task : ended.tasks) {
    if (task.outcome.ending == Ending::skipped) continue;
    if (auto output = jobs.output(task.run_id)) task.output = std::move(*output);
  }
  return ended;
}

Exit show_end(const EndedRun& ended, const Terminal& out) {
  auto ending = databricks::outcome_of(ended.run).value_or(databricks::RunOutcome{}).ending;
  auto value = databricks::value_of(ended);
  if (out.as_json)
    out.data_json(value);
  else
    for (const auto& line : databricks::printed_lines(ended)) out.data(line);
  bool succeeded = ending == Ending::succeeded || ending == Ending::succeeded_with_failures;
  if (!succeeded) {
    auto failure = databricks::failure_of(ended);
    if (!failure.trace.empty()) out.say(failure.trace);
    auto url = string_or(value, "run_page_url", "");
    return out.error({Code::failed, failure.message, url.empty() ? "" : "see " + url});
  }
  if (auto result = find_string(value, "result"); result && !out.as_json) out.data(*result);
  if (ending == Ending::succeeded_with_failures) {
    out.say("succeeded with failures: " + databricks::failed_tasks(ended));
  }
  return Exit::ok;
}

Exit run_now(const Options& options, const Connect& connect, const Terminal& out) {
  auto parameters = parameters_of(options.parameters);
  if (!parameters) return out.error(parameters.error());
  auto connection = connect(out);
  if (!connection) return out.error(connection.error());
  PatientClient client(*connection);
  Jobs jobs(client);
  auto job_id = jobs.find(options.job);
  if (!job_id) return out.error(job_id.error());
  auto job = jobs.get(*job_id);
  if (!job) return out.error(job.error());
  auto run_id = jobs.run_now(body_for(*job, std::move(*parameters)));
  if (!run_id) return out.error(run_id.error());
  if (!options.wait) {
    if (out.as_json)
      out.data_json({{"run_id", *run_id}});
    else
      out.data(std::to_string(*run_id));
    return Exit::ok;
  }
  out.say(fmt::format("started run {}", *run_id));
  auto run = see_to_its_end(jobs, *run_id, databricks::is_loopback(connection->host), out);
  return run ? show_end(with_outputs(jobs, std::move(*run)), out) : out.error(run.error());
}

}  // namespace

void add_jobs_run_now_verb(Verb jobs, Connect connect) {
  auto options = std::make_shared<Options>();
  jobs.verb("run-now", "Start a run of a job and print the run's id")
      .argument("JOB", options->job, "id or name")
      .option("-p,--parameter", options->parameters, "name=value, for the job's parameters or its notebooks")
      .flag("--wait", options->wait, "wait for its end and print what it printed and returned")
      .runs([options, connect](Terminal& out) { return run_now(*options, connect, out); });
}

}  // namespace weir::cli
