// databricks.repair_run: runs the failed tasks of a run again, and then is that run. The service counts repairs, and
// takes the next one only from those who know the last: so a repair that may have arrived can be sent once more.
#include <fmt/format.h>

#include "databricks/client/job_requests.h"
#include "databricks/operations/given.h"
#include "databricks/operations/jobs.h"
#include "databricks/operations/parameters.h"
#include "databricks/operations/run_steps.h"

namespace weir::databricks::operations {

using enum core::FieldType;

namespace {

constexpr int looks_in_doubt_max = 3;

/// The id of the last repair; 0 for a run that was never repaired.
std::int64_t last_repair(const json& run) {
  std::int64_t last = 0;
  const json* history = find(run, "repair_history");
  if (!history || !history->is_array()) return 0;
  for (const auto& item : history->get_array()) {
    if (auto id = find_int(item, "id")) last = *id;
  }
  return last;
}

Step plan_for(const JsonObject& body, const json& run) {
  auto run_id = int_or(run, "run_id", 0);
  if (!outcome_of(run)) {
    return refused(databricks::problem(
        "/run_id",
        fmt::format("run {} is {}: only a run that has ended can be repaired", run_id, run_state(run)),
        "databricks.wait_run waits for its end"));
  }
  JsonObject request = body;
  auto last = last_repair(run);
  if (last != 0) request["latest_repair_id"] = last;
  return commit({{"body", std::move(request)},
                 {"last_repair", last},
                 {"run_page_url", string_or(run, "run_page_url", "")}});
}

Step prepare(const Task& task) {
  Given given(task.inputs);
  auto run_id = given.id("run_id");
  given.not_together("rerun_tasks", "rerun_all_failed_tasks", "keep one of them");
  if (given.has("latest_repair_id")) {
    given.refuse("/latest_repair_id", "weir finds the latest repair itself", "leave it out");
  }
  if (auto bad = given.problem()) return refused(*bad);
  JsonObject body = task.inputs.get_object();
  body["run_id"] = run_id;
  if (!given.has("rerun_tasks") && !given.has("rerun_all_failed_tasks"))
    body["rerun_all_failed_tasks"] = true;
  return ask(requests::run_with_history(run_id), [=](const Answer& answer) {
    return answer ? plan_for(body, *answer) : refused(answer.error());
  });
}

Step follow(const json& plan) {
  return {Follow{int_or(*find(plan, "body"), "run_id", 0), string_or(plan, "run_page_url", "")}};
}

/// Until the run shows the repair: before that its end is the one of the time before.
Step until_visible(const json& plan, Then otherwise, int looks_left) {
  auto run_id = int_or(*find(plan, "body"), "run_id", 0);
  auto before = int_or(plan, "last_repair", 0);
  return ask(requests::run_with_history(run_id), [=](const Answer& answer) {
    if (!answer) return refused(answer.error());
    if (last_repair(*answer) != before || !outcome_of(*answer)) return follow(plan);
    if (looks_left == 0) return otherwise();
    return pause_in_doubt([=] { return until_visible(plan, otherwise, looks_left - 1); });
  });
}

Step send(const json& plan);

Step after_doubt(const json& plan) {
  return until_visible(
      plan,
      [=] { return warn("the run shows no repair yet: asking for it again", [=] { return send(plan); }); },
      looks_in_doubt_max);
}

Step send(const json& plan) {
  auto sent = [=](const Answer& answer) {
    if (answer) return until_visible(plan, [=] { return follow(plan); }, looks_in_doubt_max);
    // Refused, perhaps because an earlier request of this attempt has arrived after all.
    return until_visible(plan, [error = answer.error()] { return refused(error); }, 0);
  };
  return order(requests::repair_run(*find(plan, "body")), sent, [=] { return after_doubt(plan); });
}

Step begin(const Task&, const json& plan, bool again) { return again ? after_doubt(plan) : send(plan); }

Step resume(const Task&, const json& plan, const json&) { return follow(plan); }

/// A repair that was taken is cancelled as the run that it is.
Step stop(const Task&, const json& plan, const json&) {
  return until_visible(plan, cancelled, looks_in_doubt_max);
}

}  // namespace

Operation repair_run_operation() {
  return {
      .kind = {.name = "databricks.repair_run",
               .summary = "Runs the failed tasks of a run again, and waits for its end",
               .fields =
                   {{.name = "run_id", .required = true, .summary = "of a job run that has ended"},
                    {.name = "rerun_all_failed_tasks", .type = boolean, .summary = "the default"},
                    {.name = "rerun_tasks", .type = array, .summary = "keys of the tasks to run instead"},
                    {.name = "rerun_dependent_tasks", .type = boolean, .summary = "and what depends on them"},
                    {.name = "job_parameters", .type = object, .summary = "values for the job's parameters"},
                    {.name = "notebook_params", .type = object, .summary = "of notebook tasks"},
                    {.name = "python_params", .type = array, .summary = "of Python file tasks"},
                    {.name = "jar_params", .type = array, .summary = "of JAR tasks"}},
               .open = true,
               .shorthand = "run_id",
               .result_name = "JobRun",
               .result = job_run_fields()},
      .prepare = prepare,
      .begin = begin,
      .resume = resume,
      .stop = stop};
}

}  // namespace weir::databricks::operations
