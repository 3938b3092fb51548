// weir jobs run-now: start a run of a job and, with --wait, see it to its end.
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/ids.h"
#include "cli/remote/jobs_verbs.h"
#include "cli/remote/remote_end.h"
#include "databricks/client/jobs.h"

namespace weir::cli {
namespace {

using databricks::Jobs;
using databricks::PatientClient;

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
  return run ? show_end(jobs, std::move(*run), out) : out.error(run.error());
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
