#include "workspace/identity/oauth_api.h"

#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

struct Served : TestWorkspace {
  Answered ask_for_token(std::string form, net::Headers headers = {}) {
    headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    return send(
        {.method = "POST", .url = "/oidc/v1/token", .headers = std::move(headers), .body = std::move(form)});
  }

  int status_with(const std::string& bearer) {
    return send({.url = "/api/2.0/preview/scim/v2/Me", .headers = {{"Authorization", "Bearer " + bearer}}})
        .status;
  }
};

std::string token_in(const Answered& answered) { return string_or(answered.body, "access_token", ""); }

}  // namespace

TEST_CASE("client credentials are traded for an access token, in either form, good for the next server too") {
  Served served;
  served.open();
  auto basic = "Basic " + databricks::encode_base64("somebody:" + served.token());
  auto granted =
      served.ask_for_token("grant_type=client_credentials&scope=all-apis", {{"Authorization", basic}});
  REQUIRE(granted.status == 200);
  CHECK(granted.integer("expires_in") == 3600);
  CHECK(token_in(granted) != served.token());
  CHECK(served.status_with(token_in(granted)) == 200);
  auto form = "grant_type=client_credentials&client_id=a&client_secret=" + served.token();
  CHECK(served.status_with(token_in(served.ask_for_token(form))) == 200);
  served.reopen();
  CHECK(served.status_with(token_in(granted)) == 200);
}

TEST_CASE("an access token that has ended, or was changed, opens nothing") {
  Served served;
  served.options.access_token_lifetime = std::chrono::seconds(0);
  served.open();
  auto granted =
      served.ask_for_token("grant_type=client_credentials&client_id=a&client_secret=" + served.token());
  CHECK(served.status_with(token_in(granted)) == 401);
  std::string token = AccessTokens(served.token()).issue();
  CHECK(served.status_with(token) == 200);
  token[9] = token[9] == '9' ? '8' : '9';  // a later end
  CHECK(served.status_with(token) == 401);
  CHECK(served.status_with(AccessTokens("another token").issue()) == 401);
}

TEST_CASE("wrong credentials and other grants are refused in OAuth's own shape") {
  Served served;
  served.open();
  auto wrong = served.ask_for_token("grant_type=client_credentials&client_id=a&client_secret=no");
  CHECK(wrong.status == 401);
  CHECK(wrong.body.at("error") == "invalid_client");
  CHECK(served.ask_for_token("grant_type=password").body.at("error") == "unsupported_grant_type");
}

TEST_CASE("a form that is larger than any credentials is refused before it is read") {
  Served served;
  served.open();
  std::string form = "grant_type=client_credentials&client_secret=" + served.token();
  while (form.size() < 1024 * 1024) form += "&a";
  CHECK(served.ask_for_token(form).status == 413);
}
