#include "workspace/identity/tokens_api.h"

#include <fstream>
#include <sstream>

#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

struct Served : TestWorkspace {
  Served() { open(); }

  int status_with(const std::string& bearer) {
    return send({.url = "/api/2.0/preview/scim/v2/Me", .headers = {{"Authorization", "Bearer " + bearer}}})
        .status;
  }
  Answered create(JsonObject body = {}) { return post("2.0/token/create", json(std::move(body))); }
};

std::string value_of(const Answered& created) {
  REQUIRE_MESSAGE(created.status == 200, created.message());
  return string_or(created.body, "token_value", "");
}

std::string id_of(const Answered& created) {
  return string_or(created.body.at("token_info"), "token_id", "");
}

}  // namespace

TEST_CASE("a token that a user made signs in, also at the next server, until it is revoked") {
  Served served;
  auto created = served.create({{"comment", "for ci"}});
  CHECK(created.body.at("token_info").at("comment") == "for ci");
  CHECK(created.body.at("token_info").at("expiry_time") == -1);
  CHECK(served.status_with(value_of(created)) == 200);
  served.reopen();
  CHECK(served.status_with(value_of(created)) == 200);
  CHECK(served.post("2.0/token/delete", {{"token_id", id_of(created)}}).status == 200);
  CHECK(served.status_with(value_of(created)) == 401);
  served.reopen();
  CHECK(served.status_with(value_of(created)) == 401);
  CHECK(served.post("2.0/token/delete", {{"token_id", id_of(created)}}).code() == "RESOURCE_DOES_NOT_EXIST");
}

TEST_CASE("a token ends when its lifetime has passed") {
  Served served;
  auto created = served.create({{"lifetime_seconds", 1}});
  CHECK(created.body.at("token_info").at("expiry_time").as_int64() ==
        created.body.at("token_info").at("creation_time").as_int64() + 1000);
  auto value = value_of(created);
  auto until = std::chrono::steady_clock::now() + patience;
  while (served.status_with(value) == 200) {
    REQUIRE(std::chrono::steady_clock::now() < until);
    std::this_thread::yield();
  }
  CHECK(served.status_with(value) == 401);
  for (std::int64_t seconds : {0, -2}) CHECK(served.create({{"lifetime_seconds", seconds}}).status == 400);
  CHECK(served.create({{"lifetime_seconds", "soon"}}).code() == "INVALID_PARAMETER_VALUE");
}

TEST_CASE("tokens are listed without their values, and no file holds one") {
  Served served;
  auto first = served.create({{"comment", "a"}}), second = served.create();
  auto infos = served.get("2.0/token/list").body.at("token_infos").as_array();
  REQUIRE(infos.size() == 2);
  auto managed = served.get("2.0/token-management/tokens").body.at("token_infos").as_array();
  REQUIRE(managed.size() == 2);
  CHECK(string_or(managed.at(0), "created_by_username", "").ends_with("@localhost"));
  auto one = served.get("2.0/token-management/tokens/" + id_of(first)).body.at("token_info");
  CHECK(one.at("comment") == "a");
  CHECK(served.call("DELETE", "2.0/token-management/tokens/" + id_of(first), "").status == 200);
  CHECK(served.get("2.0/token-management/tokens/" + id_of(first)).status == 404);
  CHECK(served.status_with(value_of(first)) == 401);
  CHECK(served.status_with(value_of(second)) == 200);
  served.close();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(served.folder() / "home")) {
    std::ostringstream text;
    if (entry.is_regular_file()) text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    CHECK_FALSE(text.str().contains(value_of(second)));
  }
}

TEST_CASE("tokens for others, or for a part of the API, are refused with the reason") {
  Served served;
  CHECK(served.post("2.0/token-management/on-behalf-of/tokens", {{"application_id", "1"}}).status == 501);
  auto scoped = served.create({{"scopes", {"sql"}}});
  CHECK(scoped.status == 400);
  CHECK(scoped.message().contains("scopes"));
  CHECK(served.create({{"comment", std::string(2000, 'x')}}).status == 400);
}

TEST_CASE("the workspace's one user and its groups are found by name and id") {
  Served served;
  auto me = served.get("2.0/preview/scim/v2/Me").body;
  std::string name = string_or(me, "userName", ""), id = string_or(me, "id", "");
  auto by_name = served.get("2.0/preview/scim/v2/Users?filter=userName%20eq%20%22" + name + "%22").body;
  CHECK(by_name.at("totalResults") == 1);
  CHECK(string_or(by_name.at("Resources").at(0), "id", "") == id);
  CHECK(served.get("2.0/preview/scim/v2/Users?filter=userName%20eq%20nobody").body.at("totalResults") == 0);
  CHECK(string_or(served.get("2.0/preview/scim/v2/Users/" + id).body, "userName", "") == name);
  auto groups = served.get("2.0/preview/scim/v2/Groups?startIndex=2&count=5").body;
  CHECK(groups.at("totalResults") == 2);
  CHECK(groups.at("Resources").at(0).at("displayName") == "users");
  auto none = served.get("2.0/preview/scim/v2/Groups/99");
  CHECK(none.status == 404);
  CHECK(none.body.at("status") == "404");
  CHECK(served.get("2.0/preview/scim/v2/Users?filter=a%20and%20b").status == 400);
  CHECK(served.get("2.0/preview/scim/v2/ServicePrincipals").body.at("totalResults") == 0);
  auto created = served.post("2.0/preview/scim/v2/Users", {{"userName", "bob"}});
  CHECK(created.status == 501);
  CHECK(created.message().contains("one user"));
}
