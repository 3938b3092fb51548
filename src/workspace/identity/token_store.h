// The tokens that users make: of each only a hash is kept, so the workspace can tell one but not show it again.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "workspace/home/state.h"

namespace weir::workspace {

struct UserToken {
  std::string id{};
  std::string comment{};
  std::int64_t created_ms = 0;
  std::int64_t ends_ms = -1;  ///< -1: never
};

class TokenStore {
 public:
  static Result<TokenStore> open(State& state);

  /// Signs in with one that has not ended. Asked with every request, so it does not read the database.
  bool accepts(std::string_view token) const;

  /// Keeps a new token and returns it: "dapi" and 64 hexadecimal digits.
  Result<std::string> add(const UserToken& token);
  Result<bool> remove(std::string_view id);  ///< from now on it is refused; false when there was none
  std::vector<UserToken> all() const;        ///< also those that have ended, the oldest first
  std::optional<UserToken> find(std::string_view id) const;

 private:
  explicit TokenStore(State& state) : state_(state) {}

  State& state_;
  SystemClock clock_;
  std::map<std::string, UserToken, std::less<>> by_hash_;
};

}  // namespace weir::workspace
