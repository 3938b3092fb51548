#include "core/event.h"

namespace weir::core {

std::optional<TaskIndex> ended_task(const Fact& fact) {
  if (const auto* it = std::get_if<AttemptSucceeded>(&fact)) return it->task;
  if (const auto* it = std::get_if<AttemptFailed>(&fact); it && !it->retry_at) return it->task;
  if (const auto* it = std::get_if<AttemptCancelled>(&fact)) return it->task;
  if (const auto* it = std::get_if<TaskUpstreamFailed>(&fact)) return it->task;
  if (const auto* it = std::get_if<TaskCancelled>(&fact)) return it->task;
  return std::nullopt;
}

bool must_sync(const Fact& fact) {
  return std::holds_alternative<RunStarted>(fact) || std::holds_alternative<AttemptIntended>(fact) ||
         std::holds_alternative<AttemptAttached>(fact) || std::holds_alternative<CancelRequested>(fact);
}

}  // namespace weir::core
