// What several operations read out of a run.
#pragma once

#include <string>
#include <vector>

#include "core/kind.h"
#include "databricks/wire/run_outcome.h"

namespace weir::databricks::operations {

/// "RUNNING", from either generation of state fields; "UNKNOWN" when it says none.
std::string run_state(const json& run);

/// {"run_id", "job_id", "run_page_url", "state"} of a run that has ended.
json ended_value(const json& run, const RunOutcome& outcome);

/// What a task gives that is a run of a job. See value_of() in executor/ending.cpp.
std::vector<core::Field> job_run_fields();

}  // namespace weir::databricks::operations
