// weir jobs create: a job from its settings as JSON.
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "cli/jobs_verbs.h"
#include "databricks/client/jobs.h"

namespace weir::cli {
namespace {

using databricks::Jobs;
using databricks::PatientClient;

struct Options {
  std::string settings{};
  bool if_not_exists = false;
};

Result<std::string> read_file(const std::string& path) {
  std::ostringstream text;
  if (path == "-") {
    text << std::cin.rdbuf();
    return text.str();
  }
  std::ifstream file(path, std::ios::binary);
  text << file.rdbuf();
  if (!file)
    return fail(Code::not_found, fmt::format("cannot read '{}'", path), "check the path behind the @");
  return text.str();
}

/// JSON text, or the file named after an @.
Result<json> read_settings(const std::string& argument) {
  bool is_file = argument.starts_with('@');
  auto text = is_file ? read_file(argument.substr(1)) : Result<std::string>(argument);
  if (!text) return std::unexpected(text.error());
  auto settings = parse_json(*text);
  auto where = is_file ? argument.substr(1) : std::string("--json");
  if (!settings) {
    return fail(Code::invalid, fmt::format("{}:{}", where, settings.error().message),
                is_file ? "" : "to read a file write --json @settings.json");
  }
  if (!settings->is_object()) {
    return fail(Code::invalid,
                fmt::format("{}: the settings of a job are an object, not {}", where, type_name(*settings)));
  }
  return settings;
}

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
  auto settings = read_settings(options.settings);
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
      .runs([options, connect](Terminal& out) {
        if (options->settings.empty()) {
          return out.error({Code::invalid, "the job's settings are missing", "give --json @settings.json"});
        }
        return create(*options, connect, out);
      });
}

}  // namespace weir::cli
