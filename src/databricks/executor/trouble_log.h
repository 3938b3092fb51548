// Repeated failures to reach the workspace, told to people without flooding them: the first, then one a
// while, and the end of it.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"

namespace weir::databricks {

class TroubleLog {
 public:
  explicit TroubleLog(Duration again_after) : again_after_(again_after) {}

  /// What to log about one more failure, if anything. `seen`: when there was an answer last.
  std::optional<std::string> failed(const std::string& message, Instant now,
                                    std::optional<Instant> seen = std::nullopt);

  /// What to log about an answer at last, if anything.
  std::optional<std::string> recovered(Instant now);

 private:
  Duration again_after_;
  std::optional<Instant> since_{};
  Instant told_at_{};
};

}  // namespace weir::databricks
