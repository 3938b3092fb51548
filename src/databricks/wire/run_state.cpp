#include "databricks/wire/run_state.h"

#include <array>
#include <utility>

namespace weir::databricks {
namespace {

constexpr auto life_cycles = std::to_array<std::pair<LifeCycle, std::string_view>>({
    {LifeCycle::blocked, "BLOCKED"},
    {LifeCycle::queued, "QUEUED"},
    {LifeCycle::pending, "PENDING"},
    {LifeCycle::running, "RUNNING"},
    {LifeCycle::terminating, "TERMINATING"},
    {LifeCycle::waiting_for_retry, "WAITING_FOR_RETRY"},
    {LifeCycle::terminated, "TERMINATED"},
    {LifeCycle::skipped, "SKIPPED"},
    {LifeCycle::internal_error, "INTERNAL_ERROR"},
});

constexpr auto result_states = std::to_array<std::pair<ResultState, std::string_view>>({
    {ResultState::success, "SUCCESS"},
    {ResultState::success_with_failures, "SUCCESS_WITH_FAILURES"},
    {ResultState::failed, "FAILED"},
    {ResultState::timed_out, "TIMEDOUT"},
    {ResultState::cancelled, "CANCELED"},
    {ResultState::maximum_concurrent_runs_reached, "MAXIMUM_CONCURRENT_RUNS_REACHED"},
    {ResultState::excluded, "EXCLUDED"},
    {ResultState::upstream_failed, "UPSTREAM_FAILED"},
    {ResultState::upstream_cancelled, "UPSTREAM_CANCELED"},
    {ResultState::disabled, "DISABLED"},
});

template <class State, std::size_t n>
State parse(const std::array<std::pair<State, std::string_view>, n>& table, std::string_view text) {
  for (const auto& [state, name] : table) {
    if (name == text) return state;
  }
  return State::unknown;
}

template <class State, std::size_t n>
std::string_view name_in(const std::array<std::pair<State, std::string_view>, n>& table, State wanted) {
  for (const auto& [state, name] : table) {
    if (state == wanted) return name;
  }
  return "UNKNOWN";
}

}  // namespace

LifeCycle parse_life_cycle(std::string_view text) { return parse(life_cycles, text); }
ResultState parse_result_state(std::string_view text) { return parse(result_states, text); }
std::string_view name_of(LifeCycle state) { return name_in(life_cycles, state); }
std::string_view name_of(ResultState state) { return name_in(result_states, state); }

bool has_ended(const json& run) {
  LifeCycle life_cycle = LifeCycle::unknown;
  if (const json* state = find(run, "state"))
    life_cycle = parse_life_cycle(string_or(*state, "life_cycle_state", ""));
  if (life_cycle != LifeCycle::unknown) return is_terminal(life_cycle);
  const json* status = find(run, "status");
  return status && string_or(*status, "state", "") == "TERMINATED";
}

}  // namespace weir::databricks
