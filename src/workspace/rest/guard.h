// Who may talk to the workspace. A web page open in the user's browser can reach a server on this machine
// too, so besides the token every request proves by its Host header that it meant this server (no DNS
// rebinding), and every request that changes something that it does not come from a foreign page.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "net/http_server.h"
#include "workspace/rest/access_tokens.h"
#include "workspace/rest/answer.h"

namespace weir::workspace {

class Guard {
 public:
  Guard(std::string token, std::uint16_t port) : Guard(token, port, AccessTokens(token)) {}
  Guard(std::string token, std::uint16_t port, AccessTokens tokens);

  /// Host and Origin: checked for every request, whatever it asks for. 421 or 403.
  std::optional<ApiError> check_origin(const net::ServerRequest& request) const;

  /// `Authorization: Bearer <token>`: the workspace's own, compared in constant time, or an access token made from it.
  /// 401.
  std::optional<ApiError> check_token(const net::ServerRequest& request) const;

 private:
  bool is_ours(std::string_view authority) const;

  std::string token_;
  std::string port_;
  AccessTokens tokens_;
};

}  // namespace weir::workspace
