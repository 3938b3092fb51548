#include <algorithm>

#include <doctest/doctest.h>

#include "databricks/executor/databricks_executor.h"
#include "databricks/executor/executor_world.h"

using namespace weir;
using namespace weir::databricks;
using namespace weir::databricks::testing;

namespace {

Scripted token(std::string_view value) { return ok({{"access_token", value}, {"expires_in", 3600}}); }

/// The usual workspace, which hands out tokens to a service principal, and a clock that moves when told.
struct SignedWorld : World {
  ManualClock manual{Instant{std::chrono::hours(1)}};

  SignedWorld() {
    auto host = workspace.host();
    workspace.on("/.well-known/databricks-config", {ok({{"oidc_endpoint", host + "/oidc"}})})
        .on("/oauth-authorization-server", {ok({{"token_endpoint", host + "/oidc/v1/token"}})})
        .on("/oidc/v1/token", {token("one"), token("two")});
    executor = std::make_unique<DatabricksExecutor>(
        [this]() -> Result<Connection> {
          ++connects;
          return Connection{"profile dev", workspace.host(),
                            ClientCredentials{"me", Credential("secret-canary")}};
        },
        manual, fast());
  }

  bool was_asked_as(const std::string& path, const std::string& who) {
    return std::ranges::any_of(workspace.seen(path), [&](const auto& seen) {
      return (seen.headers + "\r\n").contains("Authorization: Bearer " + who + "\r\n");
    });
  }
  void wait_until_asked_as(const std::string& path, const std::string& who) {
    reports.wait_until([&] { return was_asked_as(path, who); });
  }
};

}  // namespace

TEST_CASE("a run outlives its access token: the next one takes over in the middle, and nobody complains") {
  SignedWorld world;
  world.workspace.on(get_path, {run_is("RUNNING")});
  world.executor->start(World::submit(), world.reports);
  world.wait_until_asked_as(get_path, "one");
  world.manual.advance(45min);
  world.wait_until_asked_as(get_path, "two");
  world.workspace.on(get_path, {run_is("TERMINATED", "SUCCESS")});
  CHECK(world.reports.wait_for_end().how == "succeeded");
  CHECK(world.workspace.seen("/oidc/v1/token").size() == 2);
  CHECK(world.connects == 1);
  CHECK_FALSE(world.reports.logged("trying again"));
}

TEST_CASE("a token that is refused in the middle of a run is replaced, also for the call that starts it") {
  SignedWorld world;
  world.workspace.on(submit_path, {refused(401, "UNAUTHENTICATED", "expired"), ok({{"run_id", 42}})});
  CHECK(world.run(World::submit()).how == "succeeded");
  check_one_identity(world.workspace.seen(submit_path));
  CHECK(world.was_asked_as(submit_path, "one"));
  CHECK(world.was_asked_as(submit_path, "two"));
}

TEST_CASE("a sign-in that is out of order is waited out before the first byte of a run is sent") {
  SignedWorld world;
  world.workspace.on("/oidc/v1/token",
                     {refused(503, "TEMPORARILY_UNAVAILABLE", "later"), lost(), token("one")});
  CHECK(world.run(World::submit()).how == "succeeded");
  CHECK(world.workspace.seen(submit_path).size() == 1);
}

TEST_CASE(
    "an order that was never sent, since signing in was out of order, is no order whose answer was lost") {
  SignedWorld world;
  world.workspace
      .on("/oidc/v1/token", {refused(503, "TEMPORARILY_UNAVAILABLE", "later"), lost(), token("one")})
      .on("/sql/statements", {ok({{"statement_id", "s1"}, {"status", {{"state", "PENDING"}}}})})
      .on("/sql/statements/s1", {ok({{"statement_id", "s1"}, {"status", {{"state", "SUCCEEDED"}}}})});
  auto end = world.run(
      World::attempt("databricks.sql", {{"statement", "insert into t values (1)"}, {"warehouse_id", "w"}}));
  CHECK(end.how == "succeeded");
  CHECK(world.workspace.seen("/sql/statements").size() == 1);
}

TEST_CASE("an intent and whatever is reported know nothing of how the workspace was signed in to") {
  SignedWorld world;
  world.reports.hold_intents();
  world.executor->start(World::submit(), world.reports);
  auto intent = to_text(world.reports.wait_for_intent());
  world.reports.release_intents();
  world.reports.wait_for_end();
  for (const auto& text : {intent, to_text(world.reports.remote())}) {
    CHECK_FALSE(text.contains("secret-canary"));
    CHECK_FALSE(text.contains("Bearer"));
  }
}
