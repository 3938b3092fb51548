#include "databricks/wire/run_outcome.h"

#include <algorithm>
#include <array>

#include "databricks/wire/run_state.h"

namespace weir::databricks {
namespace {

constexpr auto final_terminations = std::to_array<std::string_view>({
    "BREAKING_CHANGE",
    "BUDGET_POLICY_LIMIT_EXCEEDED",
    "CLUSTER_TERMINATED_BY_USER",
    "DISABLED",
    "FEATURE_DISABLED",
    "INVALID_CLUSTER_REQUEST",
    "INVALID_RUN_CONFIGURATION",
    "RESOURCE_NOT_FOUND",
    "UNAUTHORIZED_ERROR",
    "USER_CANCELED",
});

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

bool is_retryable_termination(std::string_view termination_code) {
  return std::ranges::find(final_terminations, termination_code) == final_terminations.end();
}

std::optional<RunOutcome> outcome_of(const json& run) {
  if (!has_ended(run)) return std::nullopt;
  RunOutcome outcome;
  if (const json* status = find(run, "status")) {
    if (const json* details = find(*status, "termination_details")) {
      outcome.termination_code = string_or(*details, "code", "");
      outcome.message = string_or(*details, "message", "");
      outcome.ending = ending_from_code(outcome.termination_code);
      outcome.state = outcome.termination_code;
    }
  }
  if (const json* state = find(run, "state")) {
    std::string life_cycle = string_or(*state, "life_cycle_state", "");
    std::string result = string_or(*state, "result_state", "");
    if (!result.empty())
      outcome.ending = ending_from_result(parse_result_state(result));
    else if (parse_life_cycle(life_cycle) == LifeCycle::skipped)
      outcome.ending = Ending::skipped;
    outcome.state = result.empty() ? life_cycle : result;
    if (auto message = string_or(*state, "state_message", ""); !message.empty()) outcome.message = message;
  }
  bool skipped_for_good = outcome.ending == Ending::skipped && outcome.state == "EXCLUDED";
  outcome.retryable = is_retryable_termination(outcome.termination_code) && !skipped_for_good;
  return outcome;
}

}  // namespace weir::databricks
