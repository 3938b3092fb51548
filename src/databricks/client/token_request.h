// Asking for an access token with an id and a secret: the OAuth grant "client_credentials", as Databricks and
// Microsoft Entra take it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "databricks/client/refreshing_token.h"
#include "net/http_client.h"

namespace weir::databricks {

struct TokenRequest {
  std::string url{};
  net::Headers form{};                ///< beside grant_type
  Credential basic{};                 ///< what follows "Basic " in the header; empty: the form says who asks
  std::vector<Credential> secrets{};  ///< never to be seen in a message
};

/// Whether a secret may be sent there: encrypted, or to this machine.
Result<void> check_token_url(const std::string& url);

/// `done` is called exactly once, on the client's thread. Refusals are Code::unauthenticated, what may pass
/// (429, 5xx, no answer) is Code::unavailable or Code::timeout. `clock` must live until then, as must `http`.
void request_token(net::HttpClient& http, TokenRequest request, const Clock& clock,
                   RefreshingToken::Done done);

/// Where the workspace at `host` hands out tokens, by its .well-known/databricks-config, or by the older
/// place under /oidc.
using PlaceDone = std::function<void(std::expected<std::string, CallError>)>;
void find_token_endpoint(net::HttpClient& http, const std::string& host, PlaceDone done);

/// The Entra tenant of the workspace at `host`, by where it sends browsers for signing in.
void find_azure_tenant(net::HttpClient& http, const std::string& host, PlaceDone done);

}  // namespace weir::databricks
