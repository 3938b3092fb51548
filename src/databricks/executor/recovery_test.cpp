// What happens to runs after crashes, cancellations and mix-ups.
#include <doctest/doctest.h>

#include "databricks/executor/executor_world.h"

using namespace weir;
using namespace weir::databricks;
using namespace weir::databricks::testing;

TEST_CASE("after a crash the recorded request is sent again, not a new one") {
  World world;
  auto attempt = World::run_now({{"job_id", 999}});
  attempt.intent = {{"connection", "profile dev"},
                    {"host", world.workspace.host()},
                    {"path", "/api/2.2/jobs/run-now"},
                    {"body", {{"job_id", 7}, {"idempotency_token", attempt.token}}},
                    {"at_ms", to_millis(world.clock.now())}};
  CHECK(world.run(attempt).how == "succeeded");
  CHECK(parse_json(world.workspace.seen(run_now_path).at(0).body).value() == attempt.intent.at("body"));
  CHECK(world.reports.intents() == 0);
}

TEST_CASE("after a crash a run that is known is only watched") {
  World world;
  auto attempt = World::run_now();
  attempt.remote = {{"run_id", 42}, {"host", world.workspace.host()}, {"connection", "profile dev"}};
  CHECK(world.run(attempt).how == "succeeded");
  CHECK(world.workspace.seen(run_now_path).empty());
}

TEST_CASE("an attempt is not continued in another workspace, except the embedded one on a new port") {
  World world;
  auto attempt = World::run_now();
  attempt.remote = {{"run_id", 42}, {"host", "https://other.example.com"}, {"connection", "profile dev"}};
  auto end = world.run(attempt);
  CHECK(end.how == "failed");
  CHECK(end.failure.message.contains("https://other.example.com"));
  World embedded;
  embedded.connection_name = "embedded";
  attempt.remote = {{"run_id", 42}, {"host", "http://127.0.0.1:1"}, {"connection", "embedded"}};
  CHECK(embedded.run(attempt).how == "succeeded");
}

TEST_CASE("an old run that answers to the token is not taken for ours") {
  World world;
  auto before = to_millis(world.clock.now()) - 3 * 24 * 3600 * 1000LL;
  world.workspace.on(get_path, {run_is("TERMINATED", "SUCCESS", {{"start_time", before}})});
  auto end = world.run(World::run_now());
  CHECK(end.how == "failed");
  CHECK(end.failure.message.contains("cannot have started"));
  CHECK(end.failure.detail.at("unknown") == true);
  CHECK_FALSE(end.failure.retryable);
}

TEST_CASE("a deleted run that owns the token is not started again") {
  World world;
  world.workspace.on(run_now_path, {lost(), refused(400, "INVALID_PARAMETER_VALUE",
                                                    "The run with this idempotency token was deleted")});
  auto end = world.run(World::run_now());
  CHECK(end.how == "failed");
  CHECK(end.failure.message.contains("not started again"));
  CHECK_FALSE(end.failure.retryable);
}

TEST_CASE("cancelling before anything was sent ends the attempt at once") {
  World world;
  world.reports.hold_intents();
  world.executor->start(World::submit(), world.reports);
  world.reports.wait_for_intent();
  world.executor->cancel(World::submit().id);
  CHECK(world.reports.wait_for_end().how == "cancelled");
  CHECK(world.workspace.seen(submit_path).empty());
}

TEST_CASE("cancelling a run asks the workspace and reports the end only when it has been seen") {
  World world;
  world.workspace.on(get_path, {run_is("RUNNING")});
  world.executor->start(World::submit(), world.reports);
  world.reports.wait_for_log("run 42 is RUNNING");
  world.executor->cancel(World::submit().id);
  world.reports.wait_until([&] { return world.workspace.seen(cancel_path).size() >= 2; });
  CHECK_FALSE(world.reports.has_ended());  // asked twice, still running: not cancelled
  world.workspace.on(get_path, {run_is("TERMINATING"), run_is("TERMINATED", "CANCELED")});
  CHECK(world.reports.wait_for_end().how == "cancelled");
}

TEST_CASE(
    "cancelling a run that the workspace was too busy to take ends the attempt, and it is not sent again") {
  World world;
  Scripted busy = refused(429, "REQUEST_LIMIT_EXCEEDED", "slow down");
  busy.headers = "Retry-After: 3600\r\n";
  world.workspace.on(run_now_path, {busy, ok({{"run_id", 42}})});
  world.executor->start(World::run_now(), world.reports);
  world.reports.wait_for_log("(trying again)");
  world.executor->cancel(World::run_now().id);
  CHECK(world.reports.wait_for_end().how == "cancelled");
  CHECK(world.workspace.seen(run_now_path).size() == 1);
}

TEST_CASE("cancelling while the answer is outstanding first learns which run it is") {
  World world;
  world.workspace.on(submit_path, {lost()});
  world.executor->start(World::submit(), world.reports);
  world.reports.wait_for_log("(trying again)");
  world.executor->cancel(World::submit().id);
  world.reports.wait_for_log("cancelling as soon as");
  CHECK_FALSE(world.reports.has_ended());
  world.workspace.on(get_path, {run_is("RUNNING"), run_is("TERMINATED", "CANCELED")});
  world.workspace.on(submit_path, {ok({{"run_id", 42}})});
  CHECK(world.reports.wait_for_end().how == "cancelled");
  world.reports.wait_until([&] { return world.workspace.seen(cancel_path).size() == 1; });
  check_one_identity(world.workspace.seen(submit_path));
}

TEST_CASE("a run that wins the race against its cancellation has succeeded") {
  World world;
  world.workspace.on(get_path, {run_is("RUNNING")})
      .on(cancel_path, {refused(400, "INVALID_STATE", "already ended")});
  world.executor->start(World::submit(), world.reports);
  world.reports.wait_for_log("run 42 is RUNNING");
  world.workspace.on(get_path, {run_is("TERMINATED", "SUCCESS")});
  world.executor->cancel(World::submit().id);
  CHECK(world.reports.wait_for_end().how == "succeeded");
}

TEST_CASE("an output is waited for while the service is out of order or the token has expired") {
  auto answer = ok({{"notebook_output", {{"result", "answer"}}}});
  std::deque<Scripted> outage(10, refused(503, "TEMPORARILY_UNAVAILABLE", "later"));
  outage.push_back(answer);
  for (const auto& script : {outage, std::deque{refused(401, "UNAUTHENTICATED", "expired"), answer}}) {
    World world;
    world.workspace.on(output_path, script);
    auto end = world.run(World::run_now());
    REQUIRE(end.how == "succeeded");
    CHECK(end.value.at("result") == "answer");
  }
}

TEST_CASE("an output the service cannot give does not hold up a run that has ended") {
  World world;
  world.workspace.on(output_path, {refused(500, "INTERNAL_ERROR", "oops")});
  auto end = world.run(World::run_now());
  CHECK(end.how == "succeeded");
  CHECK(end.value.at("result").is_null());
  CHECK(world.reports.logged("the output could not be fetched"));
}

TEST_CASE("an executor that goes away leaves its runs alone") {
  World world;
  world.workspace.on(get_path, {run_is("RUNNING")});
  world.executor->start(World::submit(), world.reports);
  world.reports.wait_for_log("run 42 is RUNNING");
  world.executor.reset();
  CHECK_FALSE(world.reports.has_ended());
  CHECK(world.workspace.seen(cancel_path).empty());
}

TEST_CASE("no connection is a failure that says what to do") {
  World world;
  world.executor = std::make_unique<DatabricksExecutor>(
      []() -> Result<Connection> {
        return fail(Code::unauthenticated, "there is no token", "set DATABRICKS_TOKEN");
      },
      world.clock, fast());
  auto end = world.run(World::submit());
  CHECK(end.failure.message == "there is no token");
  CHECK(end.failure.detail.at("hint") == "set DATABRICKS_TOKEN");
  CHECK_FALSE(end.failure.retryable);
}
