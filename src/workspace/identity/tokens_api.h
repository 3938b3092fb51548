// /api/2.0/token and /api/2.0/token-management: the tokens of this workspace's one user, under both of their names.
#pragma once

#include "workspace/identity/identity_api.h"
#include "workspace/identity/token_store.h"
#include "workspace/rest/router.h"

namespace weir::workspace {

class TokensApi {
 public:
  TokensApi(TokenStore& tokens, Identity identity) : tokens_(tokens), identity_(std::move(identity)) {}
  void add_routes(Router& router);

 private:
  Reply create(const Call& call);
  Reply list(bool with_owner) const;
  Reply get(const Call& call) const;
  Reply remove(const Call& call);
  JsonObject show(const UserToken& token, bool with_owner) const;

  TokenStore& tokens_;
  Identity identity_;
  SystemClock clock_;
};

}  // namespace weir::workspace
