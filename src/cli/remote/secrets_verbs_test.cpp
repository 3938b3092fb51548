#include "cli/remote/secrets_verbs.h"

#include <doctest/doctest.h>

#include "cli/remote/scripted_world.h"

using namespace weir;
using namespace weir::cli;
using namespace weir::cli::testing;

TEST_CASE("a secret is put from a file, and never said again") {
  World world;
  world.workspace.on("/secrets/put", {ok(JsonObject{})});
  auto file = world.write("secret", "canary\n");
  CHECK(world.run({"secrets", "put", "etl", "password", "--file", file}) == Exit::ok);
  CHECK(world.sent("/secrets/put") ==
        json{{"scope", "etl"}, {"key", "password"}, {"string_value", "canary\n"}});
  CHECK(world.out.empty());
  CHECK(world.err == "put secret etl/password\n");
  world.workspace.on("/secrets/put", {refused(400, "INVALID_PARAMETER_VALUE", "not canary\n, please")});
  CHECK(world.run({"secrets", "put", "etl", "password", "--file", world.write("secret", "canary")}) ==
        Exit::usage);
  CHECK_FALSE(world.err.contains("canary"));
}

TEST_CASE("a missing scope or key names the nearest") {
  World world;
  world.workspace.on("/secrets/list", {refused(404, "RESOURCE_DOES_NOT_EXIST", "Scope elt does not exist")})
      .on("/scopes/list",
          {ok({{"scopes", JsonArray{json{{"name", "etl"}, {"backend_type", "DATABRICKS"}}}}})});
  CHECK(world.run({"secrets", "list", "elt"}) == Exit::not_found);
  CHECK(world.err.contains("did you mean 'etl'?"));
  world.workspace.on("/secrets/delete", {refused(404, "RESOURCE_DOES_NOT_EXIST", "no such secret")})
      .on("/secrets/list", {ok({{"secrets", JsonArray{json{{"key", "password"}}}}})});
  CHECK(world.run({"secrets", "delete", "etl", "pasword"}) == Exit::not_found);
  CHECK(world.err.contains("did you mean 'password'?"));
}

TEST_CASE("scopes and keys are listed as lines and as JSON") {
  World world;
  json scope = {{"name", "etl"}, {"backend_type", "DATABRICKS"}};
  world.workspace.on("/scopes/list", {ok({{"scopes", JsonArray{scope}}})})
      .on("/secrets/list",
          {ok({{"secrets", JsonArray{json{{"key", "a"}, {"last_updated_timestamp", 1000}}}}})});
  CHECK(world.run({"secrets", "list-scopes"}) == Exit::ok);
  CHECK(world.out == "DATABRICKS     etl\n");
  CHECK(world.run({"secrets", "list", "etl", "--json"}) == Exit::ok);
  CHECK(parse_json(world.out)->at(0).at("key") == "a");
}
