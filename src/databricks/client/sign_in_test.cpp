#include "databricks/client/sign_in.h"

#include <doctest/doctest.h>

#include "databricks/client/patient_client.h"
#include "databricks/client/scripted_workspace.h"
#include "databricks/client/token_request.h"
#include "databricks/wire/base64.h"

using namespace weir;
using namespace weir::databricks;
using namespace weir::databricks::testing;
using namespace std::chrono_literals;

namespace {

constexpr auto config_path = "/.well-known/databricks-config";
constexpr auto server_path = "/oidc/.well-known/oauth-authorization-server";
constexpr auto token_path = "/oidc/v1/token";

/// A workspace by script that hands out tokens, a clock that moves when told, a client that never sleeps.
struct World {
  ScriptedWorkspace workspace{};
  ManualClock clock{Instant{std::chrono::hours(1)}};
  std::vector<Duration> waits{};
  std::unique_ptr<PatientClient> client{};

  World() {
    auto host = workspace.host();
    workspace.on(config_path, {ok({{"oidc_endpoint", host + "/oidc"}})})
        .on(server_path, {ok({{"token_endpoint", host + token_path}})})
        .on(token_path, {token("one"), token("two"), token("three")})
        .on("/get", {ok({{"job_id", 1}})});
    connect(ClientCredentials{"me", Credential("secret-canary")});
  }

  static Scripted token(std::string_view value, json life = 3600) {
    return ok({{"access_token", value}, {"token_type", "Bearer"}, {"expires_in", std::move(life)}});
  }

  void connect(SignIn sign_in) {
    client = std::make_unique<PatientClient>(
        Connection{"profile dev", workspace.host(), std::move(sign_in)},
        Patience{.wait = [this](Duration delay) { waits.push_back(delay); }}, clock);
  }
  Result<json> ask() { return client->call({.path = "/api/2.2/jobs/get", .repeatable = true}); }

  /// Whom the calls claimed to be: "one", "two", …
  std::vector<std::string> callers() {
    std::vector<std::string> names;
    for (const auto& seen : workspace.seen("/get")) {
      auto at = seen.headers.find("Authorization: Bearer ");
      names.push_back(
          at == seen.headers.npos ? "" : seen.headers.substr(at + 22, seen.headers.find('\r', at) - at - 22));
    }
    return names;
  }
};

}  // namespace

TEST_CASE("a service principal signs in where the workspace says, once for many calls") {
  World world;
  REQUIRE(world.ask());
  REQUIRE(world.ask());
  CHECK(world.callers() == std::vector<std::string>{"one", "one"});
  auto asked = world.workspace.seen(token_path);
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].method == "POST");
  CHECK(asked[0].body == "grant_type=client_credentials&scope=all-apis");
  CHECK(asked[0].headers.contains("Authorization: Basic " + encode_base64("me:secret-canary")));
  CHECK(asked[0].headers.contains("Content-Type: application/x-www-form-urlencoded"));
  CHECK(world.workspace.seen("/get")[0].headers.contains("auth/oauth-m2m"));
}

TEST_CASE("a workspace without databricks-config is asked at the older place") {
  World world;
  world.workspace.on(config_path, {refused(404, "NOT_FOUND", "no such page")});
  REQUIRE(world.ask());
  CHECK(world.workspace.seen(server_path).size() == 1);
  CHECK(world.callers() == std::vector<std::string>{"one"});
}

TEST_CASE("a workspace without OAuth says so") {
  World world;
  world.workspace.on(config_path, {refused(404, "NOT_FOUND", "no")})
      .on(server_path, {refused(404, "NOT_FOUND", "no")});
  auto answered = world.ask();
  CHECK(answered.error().code == Code::invalid);
  CHECK(answered.error().message == world.workspace.host() + " does not offer OAuth for service principals");
}

TEST_CASE("a long life is lived through on tokens fetched ahead of their end") {
  World world;
  for (int i = 0; i < 10; ++i) {
    REQUIRE(world.ask());
    world.clock.advance(9min);
    // The fetch ahead of time is nobody's business: wait for it by its request, so that the claim below is exact.
    if (i == 5) {
      while (world.workspace.seen(token_path).size() < 2) std::this_thread::yield();
    }
  }
  auto callers = world.callers();
  CHECK(callers.front() == "one");
  CHECK(callers.back() == "two");
  CHECK(world.workspace.seen(token_path).size() == 2);
  CHECK(world.waits.empty());
}

TEST_CASE("a refused token is replaced once, and the call goes on with the new one") {
  World world;
  world.workspace.on("/get", {refused(401, "UNAUTHENTICATED", "expired"), ok({{"job_id", 1}})});
  CHECK(world.ask());
  CHECK(world.callers() == std::vector<std::string>{"one", "two"});
  world.workspace.on("/get",
                     {refused(403, "PERMISSION_DENIED", "Invalid access token."), ok({{"job_id", 1}})});
  CHECK(world.ask());
  CHECK(world.callers().back() == "three");
}

TEST_CASE("who is refused with a fresh token too is told so") {
  World world;
  world.workspace.on("/get", {refused(401, "UNAUTHENTICATED", "no: two")});
  auto answered = world.ask();
  CHECK(answered.error().code == Code::unauthenticated);
  CHECK(answered.error().message.contains("refused the service principal (profile dev)"));
  CHECK(answered.error().message.contains("no: [REDACTED]"));
  CHECK(answered.error().hint.contains("client_secret"));
  CHECK(world.workspace.seen("/get").size() == 2);
}

TEST_CASE("a wrong secret is told without the secret") {
  World world;
  world.workspace.on(
      token_path,
      {{.status = 401, .body = R"({"error": "invalid_client", "error_description": "not secret-canary"})"}});
  auto answered = world.ask();
  CHECK(answered.error().code == Code::unauthenticated);
  CHECK(answered.error().message == world.workspace.host() + " gives no access token: not [REDACTED]");
  CHECK(world.workspace.seen("/get").empty());
  CHECK(world.waits.empty());
}

TEST_CASE("a busy sign-in is tried again, also for what must not be sent twice: it was not sent at all") {
  World world;
  world.workspace
      .on(token_path, {refused(503, "TEMPORARILY_UNAVAILABLE", "later"), lost(), World::token("one")})
      .on("/create", {ok({{"job_id", 7}})});
  CHECK(world.client->call({.method = "POST", .path = "/api/2.2/jobs/create", .body = JsonObject{}}));
  CHECK(world.workspace.seen("/create").size() == 1);
  CHECK(world.waits.size() == 2);
}

TEST_CASE("a lifetime may be digits in a string, and an answer without a token is none") {
  World world;
  world.workspace.on(token_path, {ok(JsonObject{}), World::token("one", "60"), World::token("two")});
  REQUIRE(world.ask());
  world.clock.advance(21s);
  REQUIRE(world.ask());
  CHECK(world.callers() == std::vector<std::string>{"one", "two"});
}

TEST_CASE("no secret is sent over an unencrypted line") {
  World world;
  world.workspace.on(server_path, {ok({{"token_endpoint", "http://elsewhere.example.com/token"}})});
  auto answered = world.ask();
  CHECK(answered.error().message == "access tokens come from elsewhere.example.com, which is not encrypted");
  CHECK(check_token_url("https://accounts.cloud.databricks.com/oidc/accounts/1/v1/token"));
}

TEST_CASE("a user name and a password are sent as they are") {
  World world;
  world.connect(Basic{"me", Credential("p:w")});
  REQUIRE(world.ask());
  CHECK(world.workspace.seen("/get")[0].headers.contains("Authorization: Basic " + encode_base64("me:p:w")));
  world.workspace.on("/get", {refused(401, "UNAUTHENTICATED", "not p:w and not " + encode_base64("me:p:w"))});
  CHECK(world.ask().error().message.ends_with("(profile dev): not [REDACTED] and not [REDACTED]"));
  CHECK(world.workspace.seen(token_path).empty());
}

TEST_CASE("a service principal of Azure signs in with Entra, in the tenant that the workspace names") {
  World world;
  world.workspace
      .on("/aad/auth",
          {{.status = 302,
            .headers = "Location: https://login.microsoftonline.com/the-tenant/oauth2/authorize?x=1\r\n"}})
      .on("/the-tenant/oauth2/token", {World::token("entra")});
  AzureServicePrincipal principal{
      .client_id = "me", .client_secret = Credential("s&canary"), .authority = world.workspace.host()};
  world.connect(principal);
  REQUIRE(world.ask());
  CHECK(world.callers() == std::vector<std::string>{"entra"});
  auto asked = world.workspace.seen("/the-tenant/oauth2/token");
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].body ==
        "grant_type=client_credentials&client_id=me&client_secret=s%26canary&"
        "resource=2ff814a6-3304-4ab8-85cb-cd0e6f879c1d");
  CHECK_FALSE(world.workspace.seen("/get")[0].headers.contains("X-Databricks-Azure"));
}

TEST_CASE("a principal that is no user of the workspace yet names the workspace as a resource of Azure") {
  World world;
  world.workspace.on("/t/oauth2/token", {World::token("entra"), World::token("manager")});
  world.connect(AzureServicePrincipal{.client_id = "me",
                                      .client_secret = Credential("s"),
                                      .tenant_id = "t",
                                      .authority = world.workspace.host(),
                                      .management = "https://management.core.windows.net/",
                                      .workspace_resource_id = "/subscriptions/1"});
  REQUIRE(world.ask());
  auto headers = world.workspace.seen("/get")[0].headers;
  CHECK(headers.contains("Authorization: Bearer entra"));
  CHECK(headers.contains("X-Databricks-Azure-SP-Management-Token: manager"));
  CHECK(headers.contains("X-Databricks-Azure-Workspace-Resource-Id: /subscriptions/1"));
  CHECK(world.workspace.seen("/t/oauth2/token")[1].body.ends_with("management.core.windows.net%2F"));
}
