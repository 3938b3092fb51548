#include "databricks/wire/run_outcome.h"

#include "databricks/wire/run_state.h"
#include "databricks/wire/termination.h"

namespace weir::databricks {
namespace {

/// Termination codes say it best; a user's code that raised shows INTERNAL_ERROR as life cycle on some
/// services.
Ending ending_from_code(std::string_view code) {
  if (code == "SUCCESS") return Ending::succeeded;
  if (code == "SUCCESS_WITH_FAILURES") return Ending::succeeded_with_failures;
  if (code == "USER_CANCELED" || code == "CANCELED") return Ending::cancelled;
  if (code == "SKIPPED" || code == "DISABLED" || code == "MAX_CONCURRENT_RUNS_EXCEEDED")
    return Ending::skipped;
  return Ending::failed;
}

Ending ending_from_result(ResultState result) {
  switch (result) {
    case ResultState::success:
      return Ending::succeeded;
    case ResultState::success_with_failures:
      return Ending::succeeded_with_failures;
    case ResultState::timed_out:
      return Ending::timed_out;
    case ResultState::cancelled:
      return Ending::cancelled;
    case ResultState::maximum_concurrent_runs_reached:
    case ResultState::excluded:
    case ResultState::upstream_failed:
    case ResultState::upstream_cancelled:
    case ResultState::disabled:
      return Ending::skipped;
    case ResultState::failed:
    case ResultState::unknown:
      return Ending::failed;
  }
  return Ending::failed;
}

}  // namespace

std::optional<RunOutcome> outcome_of(const json& run) {
  if (!has_ended(run)) return std::nullopt;
  auto termination = termination_of(run);
  RunOutcome outcome;
  if (!termination.code.empty()) outcome.ending = ending_from_code(termination.code);
  outcome.state = outcome.termination_code = termination.code;
  outcome.message = termination.message;
  if (const json* state = find(run, "state")) {
    std::string life_cycle = string_or(*state, "life_cycle_state", "");
    std::string result = string_or(*state, "result_state", "");
    if (!result.empty())
      outcome.ending = ending_from_result(parse_result_state(result));
    else if (parse_life_cycle(life_cycle) == LifeCycle::skipped)
      outcome.ending = Ending::skipped;
    outcome.state = result.empty() ? life_cycle : result;
  }
  bool skipped_for_good = outcome.ending == Ending::skipped && outcome.state == "EXCLUDED";
  outcome.retryable = is_worth_retrying(termination) && !skipped_for_good;
  return outcome;
}

}  // namespace weir::databricks
