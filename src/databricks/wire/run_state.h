// The states of a job run and of a task run, as jobs/runs/get names them. New states appear without notice:
// they parse to `unknown`, and unknown is never the end of a run.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/json.h"

namespace weir::databricks {

/// state.life_cycle_state
enum class LifeCycle : std::uint8_t {
  unknown,
  blocked,  ///< a task waits for its upstream tasks
  queued,   ///< waits for a free place
  pending,  ///< the cluster is being prepared
  running,
  terminating,
  waiting_for_retry,
  terminated,  ///< ended, as are the two below
  skipped,
  internal_error,
};

/// state.result_state, once a run has ended
enum class ResultState : std::uint8_t {
  unknown,
  success,
  success_with_failures,  ///< the leaf tasks succeeded, a task before them did not
  failed,
  timed_out,
  cancelled,
  maximum_concurrent_runs_reached,
  excluded,  ///< its run_if did not hold
  upstream_failed,
  upstream_cancelled,
  disabled,
};

LifeCycle parse_life_cycle(std::string_view text);
ResultState parse_result_state(std::string_view text);
std::string_view name_of(LifeCycle state);  ///< as on the wire; "UNKNOWN" for unknown
std::string_view name_of(ResultState state);

constexpr bool is_terminal(LifeCycle state) {
  return state == LifeCycle::terminated || state == LifeCycle::skipped || state == LifeCycle::internal_error;
}

/// Whether a Run or RunTask object (its `state`, or its `status` where `state` is missing or unknown) has
/// ended.
bool has_ended(const json& run);

}  // namespace weir::databricks
