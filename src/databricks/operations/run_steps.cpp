#include "databricks/operations/run_steps.h"

namespace weir::databricks::operations {

std::string run_state(const json& run) {
  std::string state;
  if (const json* old = find(run, "state")) state = string_or(*old, "life_cycle_state", "");
  if (const json* status = find(run, "status"); status && state.empty())
    state = string_or(*status, "state", "");
  return state.empty() ? "UNKNOWN" : state;
}

json ended_value(const json& run, const RunOutcome& outcome) {
  return {{"run_id", int_or(run, "run_id", 0)},
          {"job_id", int_or(run, "job_id", 0)},
          {"run_page_url", string_or(run, "run_page_url", "")},
          {"state", outcome.state}};
}

std::vector<core::Field> job_run_fields() {
  using enum core::FieldType;
  return {{.name = "run_id", .type = integer, .required = true, .summary = "of the job run"},
          {.name = "job_id", .type = integer, .required = true, .summary = "of its job"},
          {.name = "run_page_url", .type = string, .required = true, .summary = "its page in the workspace"},
          {.name = "state", .type = string, .required = true, .summary = "how it ended: SUCCESS"},
          {.name = "result", .type = any, .summary = "what its notebook passed to dbutils.notebook.exit"},
          {.name = "tasks",
           .type = object,
           .summary = "of a job with several tasks: each with its state and result"}};
}

}  // namespace weir::databricks::operations
