#include "workspace/rest/guard.h"

#include <algorithm>

#include <sodium/utils.h>

#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

std::vector<std::string_view> values_of(const net::Headers& headers, std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : headers)
    if (equals_ignoring_case(key, name)) values.push_back(value);
  return values;
}

/// "localhost:8080" of "http://localhost:8080/api"; nothing for a target that is only a path.
std::optional<std::string_view> authority_of(std::string_view url) {
  std::size_t scheme = url.find("://");
  if (scheme == url.npos || url.starts_with('/')) return std::nullopt;
  url.remove_prefix(scheme + 3);
  return url.substr(0, url.find_first_of("/?#"));
}

/// "/api?x" of "http://localhost:8080/api?x" too.
std::string_view path_and_query_of(std::string_view url) {
  auto authority = authority_of(url);
  return authority ? url.substr(static_cast<std::size_t>(authority->end() - url.begin())) : url;
}

ApiError refusal(int status, std::string code, std::string message) {
  return {.status = status, .code = std::move(code), .message = std::move(message)};
}

}  // namespace

Guard::Guard(std::string token, Doors doors, AccessTokens tokens, Knows knows)
    : token_(std::move(token)),
      doors_(std::move(doors)),
      tokens_(std::move(tokens)),
      knows_(std::move(knows)) {}

bool Guard::is_ours(std::string_view authority, bool is_secure) const {
  const std::string port = std::to_string(is_secure ? doors_.secure_port : doors_.port);
  const std::string_view usual_port = is_secure ? "443" : "80";
  auto is_door = [&](std::string_view name) {
    if (!starts_with_ignoring_case(authority, name)) return false;
    std::string_view rest = authority.substr(name.size());
    if (rest.empty()) return port == usual_port;
    return rest.starts_with(':') && rest.substr(1) == port;
  };
  constexpr std::string_view local_names[] = {"localhost", "127.0.0.1", "[::1]"};
  return std::ranges::any_of(local_names, is_door) ||
         (is_secure && std::ranges::any_of(doors_.names, is_door));
}

std::optional<ApiError> Guard::check_origin(const net::ServerRequest& request) const {
  auto hosts = values_of(request.headers, "Host");
  auto target = authority_of(request.target);
  bool is_secure = request.is_secure;
  if (hosts.size() != 1 || !is_ours(hosts.front(), is_secure) || (target && !is_ours(*target, is_secure)))
    return refusal(421, "BAD_REQUEST", "This server answers to localhost and 127.0.0.1 with its port only.");

  if (request.method == "GET" || request.method == "HEAD") return std::nullopt;
  for (std::string_view origin : values_of(request.headers, "Origin")) {
    auto page = origin.starts_with(is_secure ? "https://" : "http://") ? authority_of(origin) : std::nullopt;
    if (!page || !is_ours(*page, is_secure))
      return refusal(403, "PERMISSION_DENIED", "Web pages of other origins may not change this workspace.");
  }
  return std::nullopt;
}

bool Guard::accepts(std::string_view token, const net::ServerRequest& request) const {
  bool own = token.size() == token_.size() && sodium_memcmp(token.data(), token_.data(), token_.size()) == 0;
  return own || tokens_.accepts(token) || (knows_ && knows_(token)) ||
         tokens_.accepts_for(token, request.method, path_and_query_of(request.target));
}

std::optional<ApiError> Guard::check_token(const net::ServerRequest& request) const {
  constexpr std::string_view scheme = "Bearer ";
  auto values = values_of(request.headers, "Authorization");
  if (values.size() == 1 && starts_with_ignoring_case(values.front(), scheme) &&
      accepts(trimmed(values.front().substr(scheme.size())), request))
    return std::nullopt;
  return refusal(401, "UNAUTHENTICATED",
                 values.empty()
                     ? "No credential: send the workspace's token as 'Authorization: Bearer <token>'."
                     : "The token is none of this workspace's tokens.");
}

}  // namespace weir::workspace
