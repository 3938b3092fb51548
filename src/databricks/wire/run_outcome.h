// How a run ended, read from runs/get once for everybody: what the two generations of state fields say
// together, and whether trying again can help.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.h"

namespace weir::databricks {

enum class Ending : std::uint8_t {
  succeeded,
  succeeded_with_failures,  ///< some task failed, the leaf tasks did not
  failed,
  timed_out,
  cancelled,
  skipped,  ///< never ran: concurrency limit, run_if, failed upstream, disabled
};

struct RunOutcome {
  Ending ending = Ending::failed;
  std::string state{};             ///< result_state as sent, or the life cycle state when there is none
  std::string termination_code{};  ///< status.termination_details.code; empty on older services
  std::string message{};           ///< what the service says about it; may be empty
  bool retryable = false;          ///< whether the same request can end otherwise, see termination.h
};

/// nullopt while the Run or RunTask has not ended.
std::optional<RunOutcome> outcome_of(const json& run);

}  // namespace weir::databricks
