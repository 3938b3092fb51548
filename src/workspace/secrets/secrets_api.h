// /api/2.0/secrets: scopes, secrets, and the access lists, which are kept and shown: this workspace has one user.
#pragma once

#include <string>

#include "base/clock.h"
#include "workspace/rest/router.h"
#include "workspace/secrets/secret_store.h"

namespace weir::workspace {

class SecretsApi {
 public:
  SecretsApi(SecretStore& secrets, std::string user) : secrets_(secrets), user_(std::move(user)) {}
  void add_routes(Router& router);

 private:
  Reply create_scope(const Call& call);
  Reply list_scopes();
  Reply delete_scope(const Call& call);
  Reply put(const Call& call);
  Reply get(const Call& call);
  Reply list(const Call& call);
  Reply remove(const Call& call);
  Reply put_acl(const Call& call);
  Reply get_acl(const Call& call);
  Reply list_acls(const Call& call);
  Reply remove_acl(const Call& call);

  Answer<std::string> known_scope(const Call& call);

  SecretStore& secrets_;
  std::string user_;
  SystemClock clock_;
};

}  // namespace weir::workspace
