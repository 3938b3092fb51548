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

ApiError refusal(int status, std::string code, std::string message) {
  return {.status = status, .code = std::move(code), .message = std::move(message)};
}

}  // namespace

Guard::Guard(std::string token, std::uint16_t port, AccessTokens tokens)
    : token_(std::move(token)), port_(std::to_string(port)), tokens_(std::move(tokens)) {}

bool Guard::is_ours(std::string_view authority) const {
  for (std::string_view name : {"localhost", "127.0.0.1", "[::1]"}) {
    if (!starts_with_ignoring_case(authority, name)) continue;
    std::string_view rest = authority.substr(name.size());
    if (rest.empty()) return port_ == "80";
    if (rest.starts_with(':')) return rest.substr(1) == port_;
  }
  return false;
}

std::optional<ApiError> Guard::check_origin(const net::ServerRequest& request) const {
  auto hosts = values_of(request.headers, "Host");
  auto target = authority_of(request.target);
  if (hosts.size() != 1 || !is_ours(hosts.front()) || (target && !is_ours(*target)))
    return refusal(421, "BAD_REQUEST", "This server answers to localhost and 127.0.0.1 with its port only.");

  if (request.method == "GET" || request.method == "HEAD") return std::nullopt;
  for (std::string_view origin : values_of(request.headers, "Origin")) {
    auto page = origin.starts_with("http://") ? authority_of(origin) : std::nullopt;
    if (!page || !is_ours(*page))
      return refusal(403, "PERMISSION_DENIED", "Web pages of other origins may not change this workspace.");
  }
  return std::nullopt;
}

std::optional<ApiError> Guard::check_token(const net::ServerRequest& request) const {
  constexpr std::string_view scheme = "Bearer ";
  auto values = values_of(request.headers, "Authorization");
  bool accepted = false;
  if (values.size() == 1 && starts_with_ignoring_case(values.front(), scheme)) {
    auto offered = trimmed(values.front().substr(scheme.size()));
    accepted = (offered.size() == token_.size() &&
                sodium_memcmp(offered.data(), token_.data(), token_.size()) == 0) ||
               tokens_.accepts(offered);
  }
  if (accepted) return std::nullopt;
  return refusal(401, "UNAUTHENTICATED",
                 values.empty()
                     ? "No credential: send the workspace's token as 'Authorization: Bearer <token>'."
                     : "The token is not this workspace's token.");
}

}  // namespace weir::workspace
