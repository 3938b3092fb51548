// Tasks that wait for something in the workspace: a run, a cluster, a file, rows of a table. They change nothing, so
// that there is nothing to remember: after a crash they look again. The timeout of the task is the end of their patience.
#include "databricks/operations/sensors.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/nearest.h"
#include "databricks/client/job_requests.h"
#include "databricks/operations/cluster_steps.h"
#include "databricks/operations/remote_path.h"
#include "databricks/operations/run_steps.h"

namespace weir::databricks::operations {

using enum core::FieldType;

namespace {

constexpr std::chrono::seconds file_every{30};

using Every = std::optional<Duration>;

Every every_of(Given& given) {
  return given.has("every") ? Every(given.duration_or("every", Duration{0})) : std::nullopt;
}

Step again(Every every, std::string state, Then then) {
  return {Pause{.state = std::move(state), .then = std::move(then), .length = every}};
}

Step until_run_ended(std::int64_t run_id, Every every, bool any_end) {
  return ask(requests::run(run_id), [=](const Answer& answer) {
    if (!answer) return refused(answer.error());
    auto outcome = outcome_of(*answer);
    if (!outcome) {
      return again(every, fmt::format("run {} is {}", run_id, run_state(*answer)),
                   [=] { return until_run_ended(run_id, every, any_end); });
    }
    auto value = ended_value(*answer, *outcome);
    bool succeeded =
        outcome->ending == Ending::succeeded || outcome->ending == Ending::succeeded_with_failures;
    if (succeeded || any_end) return done(std::move(value));
    auto message = fmt::format("run {} ended as {}", run_id, outcome->state);
    if (!outcome->message.empty()) message += ": " + outcome->message;
    return failed(std::move(message), false, std::move(value));
  });
}

Step wait_run(const Task& task) {
  Given given(task.inputs);
  auto run_id = given.id("run_id");
  auto every = every_of(given);
  bool any_end = given.flag_or("any_end", false);
  if (auto bad = given.problem()) return refused(*bad);
  return until_run_ended(run_id, every, any_end);
}

const std::vector<std::string>& cluster_states() {
  static const std::vector<std::string> states = {"PENDING",     "RUNNING",    "RESTARTING", "RESIZING",
                                                  "TERMINATING", "TERMINATED", "ERROR"};
  return states;
}

Step until_state(std::string cluster_id, std::string wanted, Every every) {
  return look_at_cluster(cluster_id, [=](const json& cluster) {
    auto state = cluster_state(cluster);
    if (state == wanted) return done(cluster_value(cluster));
    return again(every, fmt::format("cluster {} is {}", cluster_id, state),
                 [=] { return until_state(cluster_id, wanted, every); });
  });
}

Step wait_cluster(const Task& task) {
  Given given(task.inputs);
  auto wanted = given.text_or("state", "RUNNING");
  if (std::ranges::find(cluster_states(), wanted) == cluster_states().end()) {
    given.refuse("/state", fmt::format("clusters have no state '{}'", wanted),
                 suggest(wanted, cluster_states()));
  }
  auto every = every_of(given);
  if (auto bad = given.problem()) return refused(*bad);
  return with_cluster(task,
                      [=](const std::string& cluster_id) { return until_state(cluster_id, wanted, every); });
}

Step until_there(const RemotePath& path, Duration every) {
  return look_for(path, [=](const json& status) {
    if (status.is_null()) {
      return again(every, fmt::format("{} is not there yet", path.path),
                   [=] { return until_there(path, every); });
    }
    JsonObject value{{"path", path.path}};
    if (auto size = find_int(status, "file_size")) value["size_bytes"] = *size;
    return done(std::move(value));
  });
}

Step wait_file(const Task& task) {
  Given given(task.inputs);
  auto path = remote_path(given, "path");
  auto every = given.duration_or("every", file_every);
  if (auto bad = given.problem()) return refused(*bad);
  return until_there(path, every);
}

core::Field every_field(std::string summary) { return {.name = "every", .summary = std::move(summary)}; }

}  // namespace

std::vector<Operation> sensor_operations() {
  Operation run{
      .kind = {.name = "databricks.wait_run",
               .summary = "Waits until a run has ended, whoever started it",
               .fields = {{.name = "run_id", .required = true, .summary = "of the job run"},
                          {.name = "any_end",
                           .type = boolean,
                           .summary = "true: a run that fails is an end as well"},
                          every_field("how often to look; default: often at first, then every 10s")},
               .shorthand = "run_id"},
      .prepare = wait_run};
  Operation cluster{
      .kind = {.name = "databricks.wait_cluster",
               .summary = "Waits until a cluster is in a state",
               .fields = cluster_reference(
                   {{.name = "state", .type = string, .summary = "RUNNING (default), TERMINATED, …"},
                    every_field("how often to look; default: often at first, then every 10s")}),
               .shorthand = "cluster",
               .result_name = "Cluster",
               .result = cluster_fields()},
      .prepare = wait_cluster};
  Operation file{.kind = {.name = "databricks.wait_file",
                          .summary = "Waits until a file or folder is there",
                          .fields = {{.name = "path",
                                      .type = string,
                                      .required = true,
                                      .summary = "dbfs:/…, /Volumes/… or /Workspace/…"},
                                     every_field("how often to look; default 30s")},
                          .shorthand = "path"},
                 .prepare = wait_file};
  return {run, cluster, file, wait_table_operation()};
}

}  // namespace weir::databricks::operations
