#include "cli/session/workspace_choice.h"

#include <cstdlib>
#include <thread>

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::cli;

TEST_CASE(
    "what a program says of its workspace is resolved when it says it, and whoever needs it waits for that") {
  WorkspaceChoice choice("dev", true);
  WorkspaceChoice::Chosen got;
  std::thread waits([&] { got = choice.wait(); });
  CHECK(
      choice.choose({{"host", "https://a.example.com/"}, {"client_id", "me"}, {"client_secret", "canary"}}));
  waits.join();
  REQUIRE(got.connection);
  CHECK(got.connection->host == "https://a.example.com");
  CHECK(databricks::auth_type_of(got.connection->sign_in) == "oauth-m2m");
}

TEST_CASE("a profile alone is looked up later, and nothing said leaves the choice as it was") {
  WorkspaceChoice choice("dev", true);
  CHECK(choice.choose({}));
  CHECK(choice.wait().name == "dev");
  CHECK(choice.choose({{"name", "production"}}));
  CHECK(choice.wait().name == "production");
}

TEST_CASE("what cannot be a connection is an error, without the secret") {
  WorkspaceChoice choice("", true);
  auto wrong = choice.choose({{"host", "a.example.com"}, {"token", "canary"}});
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message == "given by the program: host 'a.example.com' has no scheme");
  auto both = choice.choose({{"host", "https://a.example.com"}, {"token", "canary"}, {"username", "me"}});
  CHECK(both.error().message == "more than one authorization method configured: basic and pat");
  CHECK_FALSE(to_text(both.error()).contains("canary"));
}
