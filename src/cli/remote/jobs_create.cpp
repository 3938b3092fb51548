// weir jobs create: a job from its settings as JSON.
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "cli/remote/jobs_verbs.h"
#include "cli/terminal/json_argument.h"
#include "databricks/client/jobs.h"

namespace weir::cli {
namespace {

using databricks::Jobs;
using databricks::PatientClient;

struct Options {
  std::string settings{};
  bool if_not_exists = false;
};

/// The id of the job with these settings' name, if there is one.
Result<std::optional<std::int64_t>> existing(const Jobs& jobs, const json& settings) {
  auto name = find_string(settings, "name");
  if (!name || name->empty()) {
    return fail(Code::invalid, "--if-not-exists needs a name in the settings", "add \"name\" to them");
  }
  auto listed = jobs.list(*name);
  if (!listed) return std::unexpected(listed.error());
  for (const auto& job : *listed) {
    if (databricks::job_name_of(job).name == *name) return databricks::job_name_of(job).job_id;
  }
  return std::nullopt;
}

Exit show(const Terminal& out, std::int64_t job_id) {
  if (out.as_json)
    out.data_json({{"job_id", job_id}});
  else
    out.data(std::to_string(job_id));
  return Exit::ok;
}

Exit create(const Options& options, const Connect& connect, const Terminal& out) {
  auto settings = read_object(options.settings, "what the job is made of");
  if (!settings) return out.error(settings.error());
  auto connection = connect(out);
  if (!connection) return out.error(connection.error());
  PatientClient client(*connection);
  Jobs jobs(client);
  if (options.if_not_exists) {
    auto job_id = existing(jobs, *settings);
    if (!job_id) return out.error(job_id.error());
    if (*job_id) {
      out.say(fmt::format("job '{}' exists already", string_or(*settings, "name", "")));
      return show(out, **job_id);
    }
  }
  auto job_id = jobs.create(std::move(*settings));
  return job_id ? show(out, *job_id) : out.error(job_id.error());
}

}  // namespace

void add_jobs_create_verb(Verb jobs, Connect connect) {
  auto options = std::make_shared<Options>();
  jobs.verb("create", "Create a job and print its id")
      .option("--json", options->settings, "its settings: JSON, or @FILE, or @- for standard input")
      .flag("--if-not-exists", options->if_not_exists, "leave a job of that name as it is")
      .runs([options, connect](Terminal& out) { return create(*options, connect, out); });
}

}  // namespace weir::cli
