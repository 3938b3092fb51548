// Access tokens of OAuth: an end, a random part, and a seal over both with a key made from the workspace's own token. So
// none has to be kept, they are good for the next server too, and they end with the token they come from.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace weir::workspace {

class AccessTokens {
 public:
  explicit AccessTokens(std::string key, Duration lifetime = std::chrono::hours(1))
      : key_(std::move(key)), lifetime_(lifetime) {}

  std::string issue() const;
  bool accepts(std::string_view token) const;  ///< compared in constant time
  std::int64_t seconds() const { return std::chrono::floor<std::chrono::seconds>(lifetime_).count(); }

 private:
  std::string seal(std::string_view text) const;

  std::string key_;
  Duration lifetime_;
  SystemClock clock_;
};

}  // namespace weir::workspace
