// /oidc/v1/token: trades client credentials for an access token that ends by itself. Any client id will do; the secret is
// the workspace's token.
#pragma once

#include <string>

#include "workspace/rest/access_tokens.h"
#include "workspace/rest/router.h"

namespace weir::workspace {

void add_token_route(Router& router, std::string secret, AccessTokens tokens);

}  // namespace weir::workspace
