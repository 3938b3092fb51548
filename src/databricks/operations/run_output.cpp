// databricks.get_output: what the tasks of a run gave and printed.
#include <memory>

#include "databricks/client/job_requests.h"
#include "databricks/client/pages.h"
#include "databricks/operations/given.h"
#include "databricks/operations/jobs.h"
#include "databricks/operations/run_steps.h"

namespace weir::databricks::operations {

using enum core::FieldType;

namespace {

struct Outputs {
  json run{};
  std::vector<std::pair<std::string, std::int64_t>> tasks{};  ///< key and run id
  JsonObject outputs{};
};
using Collected = std::shared_ptr<Outputs>;

json value_of(const json& output) {
  JsonObject value;
  const json* notebook = find(output, "notebook_output");
  value["result"] = notebook && find(*notebook, "result") ? *find(*notebook, "result") : json(nullptr);
  for (auto name : {"logs", "error", "error_trace"}) {
    if (auto text = find_string(output, name)) value[name] = *text;
  }
  return value;
}

Step next_output(Collected all, std::size_t next) {
  if (next == all->tasks.size()) {
    JsonObject value{{"run_id", int_or(all->run, "run_id", 0)}, {"state", run_state(all->run)}};
    if (auto outcome = outcome_of(all->run)) value["state"] = outcome->state;
    value["tasks"] = all->outputs;
    if (all->outputs.size() == 1) {
      for (const auto& [name, part] : all->outputs.begin()->value().get_object()) value[name] = part;
    }
    return done(std::move(value));
  }
  const auto& [key, run_id] = all->tasks[next];
  return ask(requests::run_output(run_id), [=, name = key](const Answer& answer) {
    // A task that never ran has no output to give.
    all->outputs[name] =
        answer ? value_of(*answer) : json{{"result", nullptr}, {"error", answer.error().error.message}};
    return next_output(all, next + 1);
  });
}

/// Retries are listed as further attempts at the same task: the last one counts.
void list_tasks(Outputs& all) {
  const json* tasks = find(all.run, "tasks");
  if (!tasks || !tasks->is_array() || tasks->get_array().empty()) {
    all.tasks.emplace_back("main", int_or(all.run, "run_id", 0));
    return;
  }
  for (const auto& task : tasks->get_array()) {
    auto key = string_or(task, "task_key", "main");
    std::erase_if(all.tasks, [&](const auto& earlier) { return earlier.first == key; });
    all.tasks.emplace_back(key, int_or(task, "run_id", 0));
  }
}

Step read_run(std::int64_t run_id, std::string page_token, Collected all) {
  return ask(requests::run(run_id, page_token), [=](const Answer& answer) {
    if (!answer) return refused(answer.error());
    if (all->run.is_null()) {
      all->run = *answer;
    } else {
      append_page(all->run, *answer);
    }
    if (auto token = next_page_token(*answer)) return read_run(run_id, *token, all);
    list_tasks(*all);
    return next_output(all, 0);
  });
}

Step prepare(const Task& task) {
  Given given(task.inputs);
  auto run_id = given.id("run_id");
  if (auto bad = given.problem()) return refused(*bad);
  return read_run(run_id, "", std::make_shared<Outputs>());
}

}  // namespace

Operation get_output_operation() {
  return {.kind = {.name = "databricks.get_output",
                   .summary = "Fetches what the tasks of a run gave and printed",
                   .fields = {{.name = "run_id",
                               .required = true,
                               .summary = "of the job run, or of one of its tasks"}},
                   .shorthand = "run_id"},
          .prepare = prepare};
}

}  // namespace weir::databricks::operations
