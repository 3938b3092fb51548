#include "workspace/identity/oauth_api.h"

#include <sodium/utils.h>

#include "databricks/wire/base64.h"
#include "workspace/rest/fields.h"
#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

/// Whoever asks has shown no token yet, and every "a&" of a form becomes a field.
constexpr std::uint64_t form_bytes_max = 16 * 1024;

/// OAuth has an error shape of its own.
net::ServerResponse oauth_error(int status, std::string_view error, std::string_view description) {
  return {.status = status, .body = to_text(json{{"error", error}, {"error_description", description}})};
}

/// From HTTP Basic, or from the form.
std::string secret_in(const Call& call) {
  constexpr std::string_view scheme = "Basic ";
  if (starts_with_ignoring_case(call.authorization, scheme)) {
    std::string pair = databricks::decode_base64(call.authorization.substr(scheme.size())).value_or("");
    std::size_t colon = pair.find(':');
    return colon == pair.npos || colon == 0 ? "" : pair.substr(colon + 1);
  }
  return string_or(json(call.fields), "client_secret", "");
}

}  // namespace

void add_token_route(Router& router, std::string secret, AccessTokens tokens) {
  auto grant = [secret = std::move(secret), tokens = std::move(tokens)](const Call& call) -> Reply {
    std::string kind = string_or(json(call.fields), "grant_type", "");
    if (kind != "client_credentials")
      return oauth_error(400, "unsupported_grant_type",
                         "The embedded workspace grants client_credentials only, not '" + kind + "'.");
    std::string offered = secret_in(call);
    bool known =
        offered.size() == secret.size() && ::sodium_memcmp(offered.data(), secret.data(), secret.size()) == 0;
    if (!known) return oauth_error(401, "invalid_client", "The client secret is not this workspace's token.");
    return ok({{"access_token", tokens.issue()},
               {"token_type", "Bearer"},
               {"expires_in", tokens.seconds()},
               {"scope", "all-apis"}});
  };
  router.add("/oidc/v1/token",
             {.method = "POST",
              .access = Access::open,
              .handler = std::move(grant),
              .bodies = Bodies::url_encoded,
              .body_bytes_max = form_bytes_max,
              .fields = std::vector{works("grant_type", "`client_credentials`"), works("client_secret"),
                                    kept("client_id"), kept("scope")}});
}

}  // namespace weir::workspace
