// The states of task runs and flow runs, with the names they carry everywhere: store, CLI, REST, UI and docs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace weir::core {

enum class TaskState : std::uint8_t {
  pending,   ///< waits for upstreams
  running,   ///< an attempt is under way
  retrying,  ///< an attempt failed, the next one is due later
  succeeded,
  failed,
  upstream_failed,  ///< never ran because something it waits for did not succeed
  skipped,
  cancelled,
};

constexpr std::size_t task_state_count = 8;

enum class RunState : std::uint8_t { running, succeeded, failed, cancelled };

constexpr bool is_terminal(TaskState state) { return state > TaskState::retrying; }
constexpr bool is_terminal(RunState state) { return state != RunState::running; }

std::string_view name_of(TaskState state);
std::string_view name_of(RunState state);
std::optional<TaskState> task_state_from(std::string_view name);
std::optional<RunState> run_state_from(std::string_view name);

}  // namespace weir::core
