#include "core/state.h"

#include <array>

namespace weir::core {
namespace {

constexpr auto task_names = std::to_array<std::string_view>(
    {"pending", "running", "retrying", "succeeded", "failed", "upstream_failed", "skipped", "cancelled"});
constexpr auto run_names = std::to_array<std::string_view>({"running", "succeeded", "failed", "cancelled"});

}  // namespace

std::string_view name_of(TaskState state) { return task_names[static_cast<std::size_t>(state)]; }

std::string_view name_of(RunState state) { return run_names[static_cast<std::size_t>(state)]; }

std::optional<TaskState> task_state_from(std::string_view name) {
  for (std::size_t i = 0; i < task_names.size(); ++i) {
    if (task_names[i] == name) return static_cast<TaskState>(i);
  }
  return std::nullopt;
}

std::optional<RunState> run_state_from(std::string_view name) {
  for (std::size_t i = 0; i < run_names.size(); ++i) {
    if (run_names[i] == name) return static_cast<RunState>(i);
  }
  return std::nullopt;
}

}  // namespace weir::core
