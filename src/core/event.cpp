#include "core/event.h"

#include <type_traits>

namespace weir::core {

std::string_view name_of(TaskChanged::Why why) {
  switch (why) {
    case TaskChanged::Why::inputs:
      return "inputs";
    case TaskChanged::Why::policy:
      return "policy";
    case TaskChanged::Why::lost:
      return "lost";
  }
  return "inputs";
}

std::optional<AttemptEnd> ended_attempt(const Fact& fact) {
  return std::visit(
      [](const auto& it) -> std::optional<AttemptEnd> {
        using T = std::decay_t<decltype(it)>;
        constexpr bool ends = std::is_same_v<T, AttemptSucceeded> || std::is_same_v<T, AttemptFailed> ||
                              std::is_same_v<T, AttemptCrashed> || std::is_same_v<T, AttemptSkipped> ||
                              std::is_same_v<T, AttemptCancelled> || std::is_same_v<T, AttemptSuperseded>;
        if constexpr (ends) {
          return AttemptEnd{it.task, it.number};
        } else {
          return std::nullopt;
        }
      },
      fact);
}

EndedTasks ended_tasks(const Fact& fact) {
  return std::visit(
      [](const auto& it) -> EndedTasks {
        using T = std::decay_t<decltype(it)>;
        constexpr bool ends_one = std::is_same_v<T, AttemptSucceeded> || std::is_same_v<T, AttemptSkipped> ||
                                  std::is_same_v<T, AttemptCancelled> ||
                                  std::is_same_v<T, TaskUpstreamFailed> || std::is_same_v<T, TaskSkipped> ||
                                  std::is_same_v<T, TaskCached> || std::is_same_v<T, StageEnded>;
        if constexpr (ends_one) {
          return {it.task, 1};
        } else if constexpr (std::is_same_v<T, AttemptFailed>) {
          return {it.task, it.retry_at ? 0U : 1U};
        } else if constexpr (std::is_same_v<T, TaskCancelled>) {
          return {it.task, it.count};
        } else {
          return {};
        }
      },
      fact);
}

bool must_sync(const Fact& fact) {
  return std::holds_alternative<RunStarted>(fact) || std::holds_alternative<AttemptIntended>(fact) ||
         std::holds_alternative<AttemptAttached>(fact) || std::holds_alternative<AttemptOverdue>(fact) ||
         std::holds_alternative<CancelRequested>(fact) || std::holds_alternative<RunPaused>(fact) ||
         std::holds_alternative<RunUnpaused>(fact) || std::holds_alternative<RunReopened>(fact);
}

}  // namespace weir::core
