#include "workspace/identity/identity_api.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

namespace weir::workspace {
namespace {

JsonObject scim_me(const Identity& identity) {
  std::string name = identity.user.substr(0, identity.user.find('@'));
  return {{"schemas", {"urn:ietf:params:scim:schemas:core:2.0:User"}},
          {"id", std::to_string(::getuid() + 1)},
          {"userName", identity.user},
          {"displayName", name},
          {"active", true},
          {"emails", {JsonObject{{"value", identity.user}, {"type", "work"}, {"primary", true}}}},
          {"name", JsonObject{{"givenName", name}}},
          {"groups",
           {JsonObject{{"display", "admins"}, {"value", "1"}, {"$ref", "Groups/1"}, {"type", "direct"}}}},
          {"entitlements", {JsonObject{{"value", "workspace-access"}}}}};
}

JsonObject endpoints(const Identity& identity) {
  return {{"authorization_endpoint", identity.host + "/oidc/v1/authorize"},
          {"token_endpoint", identity.host + "/oidc/v1/token"}};
}

}  // namespace

std::string system_user() {
  const passwd* entry = ::getpwuid(::getuid());
  return fmt::format("{}@localhost", entry ? std::string(entry->pw_name) : fmt::format("user{}", ::getuid()));
}

void add_identity_routes(Router& router, const Identity& identity) {
  auto me = [identity](const Call&) { return ok(scim_me(identity)); };
  router.add_api({"2.0"}, "preview/scim/v2/Me", {.method = "GET", .handler = me});

  // Clients ask these before they have shown a token; the answers hold nothing that the address does not.
  auto configuration = [identity](const Call&) {
    return ok({{"oidc_endpoint", identity.host + "/oidc"}, {"workspace_id", identity.org_id}});
  };
  auto discovery = [identity](const Call&) { return ok(endpoints(identity)); };
  router.add("/.well-known/databricks-config",
             {.method = "GET", .access = Access::open, .handler = configuration});
  router.add("/oidc/.well-known/oauth-authorization-server",
             {.method = "GET", .access = Access::open, .handler = discovery});
}

}  // namespace weir::workspace
