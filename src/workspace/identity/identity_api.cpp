#include "workspace/identity/identity_api.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

namespace weir::workspace {
namespace {

JsonObject endpoints(const std::string& origin) {
  return {{"authorization_endpoint", origin + "/oidc/v1/authorize"},
          {"token_endpoint", origin + "/oidc/v1/token"}};
}

}  // namespace

std::string system_user() {
  const passwd* entry = ::getpwuid(::getuid());
  return fmt::format("{}@localhost", entry ? std::string(entry->pw_name) : fmt::format("user{}", ::getuid()));
}

std::string Identity::user_id() const { return std::to_string(std::int64_t{::getuid()} + 1); }

void add_identity_routes(Router& router, std::string org_id) {
  // Clients ask these before they have shown a token; the answers hold nothing that the address does not.
  auto configuration = [org_id = std::move(org_id)](const Call& call) {
    return ok({{"oidc_endpoint", call.origin() + "/oidc"}, {"workspace_id", org_id}});
  };
  auto discovery = [](const Call& call) { return ok(endpoints(call.origin())); };
  router.add(
      "/.well-known/databricks-config",
      {.method = "GET", .access = Access::open, .handler = configuration, .fields = std::vector<Field>{}});
  router.add("/oidc/.well-known/oauth-authorization-server",
             {.method = "GET", .access = Access::open, .handler = discovery, .fields = std::vector<Field>{}});
}

}  // namespace weir::workspace
