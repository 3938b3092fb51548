#include "databricks/executor/intent.h"

#include <fmt/format.h>

#include "databricks/client/requests.h"

namespace weir::databricks {
namespace {

/// Clocks differ and resends may come late; a run that began a day before it was meant is somebody else's.
constexpr std::chrono::hours skew_max{24};

}  // namespace

ApiRequest Intent::request() const { return requests::start_run(path, body); }

json to_json(const Intent& intent) {
  return {{"connection", intent.connection},
          {"host", intent.host},
          {"path", intent.path},
          {"body", intent.body},
          {"at_ms", to_millis(intent.at)}};
}

std::optional<Intent> intent_from(const json& value) {
  auto connection = find_string(value, "connection");
  auto host = find_string(value, "host");
  auto path = find_string(value, "path");
  const json* body = find(value, "body");
  auto at = find_int(value, "at_ms");
  if (!connection || !host || !path || !body || !at) return std::nullopt;
  return Intent{*connection, *host, *path, *body, Instant{std::chrono::milliseconds(*at)}};
}

std::optional<std::string> why_foreign(const json& run, const Intent& intent) {
  auto started = int_or(run, "start_time", 0);
  if (started > 0 && Instant{std::chrono::milliseconds(started)} + skew_max < intent.at) {
    return "it began more than a day before this attempt";
  }
  auto wanted_job = find_int(intent.body, "job_id");
  auto job = find_int(run, "job_id");
  if (wanted_job && job && *job != *wanted_job)
    return fmt::format("it is a run of job {}, not of {}", *job, *wanted_job);
  auto wanted_name = find_string(intent.body, "run_name");
  auto name = find_string(run, "run_name");
  if (wanted_name && name && *name != *wanted_name)
    return fmt::format("it is called '{}', not '{}'", *name, *wanted_name);
  return std::nullopt;
}

}  // namespace weir::databricks
