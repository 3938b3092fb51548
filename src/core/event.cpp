#include "core/event.h"

namespace weir::core {

bool must_sync(const Fact& fact) {
  return std::holds_alternative<RunStarted>(fact) || std::holds_alternative<AttemptIntended>(fact) ||
         std::holds_alternative<AttemptAttached>(fact) || std::holds_alternative<CancelRequested>(fact);
}

}  // namespace weir::core
