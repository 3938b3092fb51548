// From a run that has ended to what the engine records: a value, or a failure a person can act on.
#pragma once

#include <string>
#include <vector>

#include "databricks/executor/outputs.h"
#include "runtime/executor.h"

namespace weir::databricks {

/// {"run_id", "job_id", "run_page_url", "state", "result", "tasks"}: `result` is the exit value of the
/// notebook when the run has one task, `tasks` the same per task when it has several.
json value_of(const EndedRun& ended);

/// For every ending but success. The message is what the failed task raised, where that is known, and names the task
/// where there are several; the trace has a part for each that failed. `detail` has the link, the termination code and,
/// under "failed_tasks", what each task left behind.
runtime::Failure failure_of(const EndedRun& ended);

/// What the tasks printed and nobody has told yet, marked with the task's key when there are several. Those that failed come last: a terminal
/// shows the end.
std::vector<std::string> printed_lines(const EndedRun& ended);

/// "load, clean": the tasks that failed.
std::string failed_tasks(const EndedRun& ended);

}  // namespace weir::databricks
