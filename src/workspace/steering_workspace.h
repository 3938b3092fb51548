// A workspace whose jobs are made of small tasks: for the tests of what steers runs.
#pragma once

#include <map>

#include "workspace/test_workspace.h"

namespace weir::workspace {

class SteeringWorkspace : public TestWorkspace {
 public:
  SteeringWorkspace() {
    options.cancel_grace = std::chrono::milliseconds(100);
    open();
  }

  /// A task that runs `source`.
  JsonObject python(std::string_view key, std::string_view source, JsonArray parameters = {}) {
    std::string file = "/steering/" + std::string(key) + ".py";
    put(file, source);
    JsonObject settings{{"python_file", "dbfs:" + file}, {"parameters", std::move(parameters)}};
    return {{"task_key", key}, {"spark_python_task", std::move(settings)}};
  }

  std::int64_t create(JsonArray tasks, JsonObject settings = {}) {
    settings["tasks"] = std::move(tasks);
    auto created = post("2.1/jobs/create", settings);
    REQUIRE_MESSAGE(created.status == 200, created.message());
    return created.integer("job_id");
  }

  std::int64_t run_now(std::int64_t job_id, JsonObject fields = {}) {
    fields["job_id"] = job_id;
    auto started = post("2.1/jobs/run-now", fields);
    REQUIRE_MESSAGE(started.status == 200, started.message());
    return started.integer("run_id");
  }

  std::int64_t start(JsonArray tasks, JsonObject settings = {}) {
    return run_now(create(std::move(tasks), std::move(settings)));
  }

  /// By task, of its last attempt.
  static std::map<std::string, std::string> results(const json& run) {
    std::map<std::string, std::string> found;
    for (const json& task : run.at("tasks").get_array())
      found[string_or(task, "task_key", "")] = result(task);
    return found;
  }

  static std::string message(const json& run) { return string_or(run.at("state"), "state_message", ""); }
};

inline JsonObject after(JsonObject task, std::string_view upstream, std::string_view outcome = "") {
  JsonObject edge{{"task_key", upstream}};
  if (!outcome.empty()) edge["outcome"] = outcome;
  task["depends_on"] = JsonArray{std::move(edge)};
  return task;
}

using Results = std::map<std::string, std::string>;

/// Sets task values, as dbutils.jobs.taskValues does.
inline constexpr std::string_view sets_values =
    "import json, os\n"
    "with open(os.path.join(os.path.dirname(task['result_file']), 'values.json'), 'w') as out:\n"
    "    json.dump({'rows': 12, 'region': 'west', 'days': [{'day': 1}, {'day': 2}]}, out)\n";

}  // namespace weir::workspace
