// What is going to be sent to start a run, made from a task's inputs and checked before anything leaves: what
// the workspace would refuse is refused here, with the place in the inputs.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/kind.h"
#include "runtime/executor.h"

namespace weir::databricks {

struct Submission {
  std::string path{};                   ///< of the endpoint
  json body{};                          ///< complete, but for job_id when `job_name` is set
  std::string job_name{};               ///< to be looked up
  std::vector<std::string> warnings{};  ///< fields nobody knows that look like a known one
};

/// Adds to the inputs: the attempt's token; for submit_run a run_name ("<flow>/<task>"), timeout_seconds when
/// the attempt has a deadline (so the workspace stops the run even if nobody is left to cancel it), and the
/// tasks array when one task stands at the top level. Parameters become text, as the API wants them.
std::expected<Submission, core::Problem> make_submission(const runtime::Attempt& attempt, Instant now);

}  // namespace weir::databricks
