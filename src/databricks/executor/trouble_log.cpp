#include "databricks/executor/trouble_log.h"

#include <fmt/format.h>

#include "base/duration.h"

namespace weir::databricks {
std::optional<std::string> TroubleLog::failed(const std::string& message, Instant now,
                                              std::optional<Instant> seen) {
  if (since_ && now - told_at_ < again_after_) return std::nullopt;
  told_at_ = now;
  auto stale = seen ? fmt::format("; last seen {} ago", to_text(now - *seen)) : "";
  if (!since_) {
    since_ = now;
    return fmt::format("{} (trying again{})", message, stale);
  }
  return fmt::format("{} (for {} now; still trying{})", message, to_text(now - *since_), stale);
}

std::optional<std::string> TroubleLog::recovered(Instant now) {
  if (!since_) return std::nullopt;
  auto lasted = now - *since_;
  since_.reset();
  return fmt::format("the workspace answers again after {}", to_text(lasted));
}

}  // namespace weir::databricks
