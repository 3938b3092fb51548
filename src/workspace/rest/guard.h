// Who may talk to the workspace. A web page open in the user's browser can reach a server on this machine
// too, so besides the token every request proves by its Host header that it meant this server (no DNS
// rebinding), and every request that changes something that it does not come from a foreign page.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_server.h"
#include "workspace/rest/access_tokens.h"
#include "workspace/rest/answer.h"

namespace weir::workspace {

/// By which names and ports the server may be called.
struct Doors {
  std::uint16_t port = 0;            ///< of HTTP
  std::uint16_t secure_port = 0;     ///< of HTTPS; 0: none
  std::vector<std::string> names{};  ///< over HTTPS, besides the local ones
};

class Guard {
 public:
  /// Whether a token that users made signs in.
  using Knows = std::function<bool(std::string_view token)>;

  Guard(std::string token, std::uint16_t port) : Guard(token, Doors{.port = port}, AccessTokens(token)) {}
  Guard(std::string token, Doors doors, AccessTokens tokens, Knows knows = {});

  /// Host and Origin: checked for every request, whatever it asks for. 421 or 403.
  std::optional<ApiError> check_origin(const net::ServerRequest& request) const;

  /// `Authorization: Bearer <token>`: the workspace's own, compared in constant time, an access token made from it, be it
  /// for all or for just this method and target, or one that a user made. 401.
  std::optional<ApiError> check_token(const net::ServerRequest& request) const;

 private:
  bool is_ours(std::string_view authority, bool is_secure) const;
  bool accepts(std::string_view token, const net::ServerRequest& request) const;

  std::string token_;
  Doors doors_;
  AccessTokens tokens_;
  Knows knows_;
};

}  // namespace weir::workspace
