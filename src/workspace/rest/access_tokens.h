// Access tokens of OAuth: an end, a random part, and a seal over both with a key made from the workspace's own token. So
// none has to be kept, they are good for the next server too, and they end with the token they come from. Those for one
// address have the address under the seal as well, and a beginning of their own.
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

  /// For one method and one target only: the path and the query, as they are sent.
  std::string issue_for(std::string_view method, std::string_view target) const;
  bool accepts_for(std::string_view token, std::string_view method, std::string_view target) const;

  std::int64_t seconds() const { return std::chrono::floor<std::chrono::seconds>(lifetime_).count(); }

 private:
  std::string make(std::string_view prefix, std::string_view purpose) const;
  bool is_good(std::string_view token, std::string_view prefix, std::string_view purpose) const;
  std::string seal(std::string_view text) const;

  std::string key_;
  Duration lifetime_;
  SystemClock clock_;
};

}  // namespace weir::workspace
