#include <doctest/doctest.h>

#include "core/event_codec.h"
#include "databricks/executor/databricks_executor.h"
#include "databricks/executor/executor_world.h"

using namespace weir;
using namespace weir::databricks;
using namespace weir::databricks::testing;

TEST_CASE("a job runs to its end and its notebook's result comes back") {
  World world;
  auto end = world.run(World::run_now({{"job_id", 7}, {"notebook_params", {{"n", 3}}}}));
  REQUIRE(end.how == "succeeded");
  CHECK(end.value.at("run_id") == 42);
  CHECK(end.value.at("job_id") == 7);
  CHECK(end.value.at("state") == "SUCCESS");
  CHECK(end.value.at("result") == "answer");
  CHECK(end.value.at("run_page_url") == "https://w/#job/7/run/42");
  CHECK(world.reports.remote().at("run_id") == 42);
  CHECK(world.reports.remote().at("run_page_url") == "https://w/#job/7/run/42");
  CHECK(parse_json(world.workspace.seen(run_now_path).at(0).body)->at("notebook_params").at("n") == "3");
  CHECK(world.connects == 1);
}

TEST_CASE("nothing that starts a run is sent before the intent is durable") {
  World world;
  world.reports.hold_intents();
  world.executor->start(World::submit(), world.reports);
  auto intent = world.reports.wait_for_intent();
  CHECK(find_string(intent.at("body"), "idempotency_token") == World::submit().token);
  CHECK(find_string(intent, "host") == world.workspace.host());
  CHECK_FALSE(to_text(intent).contains("dapi-canary"));
  CHECK(world.workspace.seen(submit_path).empty());
  world.reports.release_intents();
  CHECK(world.reports.wait_for_end().how == "succeeded");
  CHECK(parse_json(world.workspace.seen(submit_path).at(0).body).value() == intent.at("body"));
}

TEST_CASE("whatever happens to the request, the same body with the same token is sent again") {
  World world;
  Scripted slow_down = refused(429, "REQUEST_LIMIT_EXCEEDED", "slow down");
  slow_down.headers = "Retry-After: 0\r\n";
  world.workspace.on(run_now_path, {lost(),
                                    refused(503, "TEMPORARILY_UNAVAILABLE", "later"),
                                    slow_down,
                                    {.body = R"({"run_id": 4)"},
                                    ok({{"run_id", 42}})});
  CHECK(world.run(World::run_now()).how == "succeeded");
  auto sent = world.workspace.seen(run_now_path);
  CHECK(sent.size() == 5);
  check_one_identity(sent);
}

TEST_CASE("a definite refusal fails at once and is not worth a retry") {
  World world;
  world.workspace.on(run_now_path, {refused(400, "INVALID_PARAMETER_VALUE", "Job 7 does not exist.")});
  auto end = world.run(World::run_now());
  CHECK(end.how == "failed");
  CHECK(end.failure.message == "Job 7 does not exist.");
  CHECK_FALSE(end.failure.retryable);
  CHECK(world.workspace.seen(run_now_path).size() == 1);
}

TEST_CASE("a refusal in another encoding than UTF-8 leaves a failure that can be written and read again") {
  for (auto answer : {Scripted{.status = 403, .body = "<html><title>refus\xE9</title></html>"},
                      Scripted{.status = 302, .headers = "Location: /refus\xE9\r\n"}}) {
    World world;
    world.workspace.on(run_now_path, {answer});
    auto end = world.run(World::run_now());
    CHECK(end.how == "failed");
    core::AttemptFailed fact{0, 1, end.failure, std::nullopt};
    auto read = core::decode(core::encode({world.clock.now(), fact}));
    REQUIRE(read);
    CHECK(std::get<core::AttemptFailed>(read->fact).failure.message == end.failure.message);
  }
}

TEST_CASE("a token refused after a lost answer is waited out, since the run may exist") {
  World world;
  world.workspace.on(run_now_path,
                     {lost(), refused(401, "UNAUTHENTICATED", "expired"), ok({{"run_id", 42}})});
  CHECK(world.run(World::run_now()).how == "succeeded");
  check_one_identity(world.workspace.seen(run_now_path));
  CHECK(world.connects == 2);  // the provider was asked for a fresh token
}

TEST_CASE("trouble with polling and states nobody knows never fail an attempt") {
  World world;
  world.workspace.on(get_path, {run_is("PENDING"),
                                lost(),
                                refused(500, "INTERNAL_ERROR", "oops"),
                                refused(401, "UNAUTHENTICATED", "expired"),
                                run_is("HIBERNATING"),
                                {.body = "{\"state\""},
                                run_is("TERMINATED", "SUCCESS")});
  CHECK(world.run(World::run_now()).how == "succeeded");
  CHECK(world.reports.logged("HIBERNATING, a state weir does not know"));
  CHECK(world.reports.logged("(trying again; last seen"));
  CHECK(world.reports.logged("answers again after"));
}

TEST_CASE("a run deleted while it is watched is reported as that and not started again") {
  World world;
  world.workspace.on(get_path,
                     {run_is("RUNNING"), refused(404, "RESOURCE_DOES_NOT_EXIST", "Run 42 does not exist.")});
  auto end = world.run(World::run_now());
  CHECK(end.how == "failed");
  CHECK(end.failure.message.contains("run 42 was deleted"));
  CHECK_FALSE(end.failure.retryable);
  CHECK(world.workspace.seen(run_now_path).size() == 1);
}

TEST_CASE("a failed run tells what was raised, where, and the end of the output") {
  World world;
  world.workspace
      .on(get_path,
          {run_is("INTERNAL_ERROR", "FAILED",
                  {{"tasks",
                    JsonArray{json{
                        {"task_key", "main"},
                        {"run_id", 43},
                        {"state", {{"life_cycle_state", "TERMINATED"}, {"result_state", "FAILED"}}}}}}})})
      .on(output_path,
          {ok({{"error", "ValueError: boom"}, {"error_trace", "Traceback …"}, {"logs", "one\ntwo\n"}})});
  auto end = world.run(World::run_now());
  CHECK(end.how == "failed");
  CHECK(end.failure.message == "ValueError: boom");
  CHECK(end.failure.trace == "Traceback …");
  CHECK(end.failure.retryable);
  CHECK(end.failure.detail.at("failed_tasks").at(0).at("run_id") == 43);
  CHECK(world.reports.logged("two"));
  CHECK(world.workspace.seen(output_path).at(0).target.ends_with("run_id=43"));
}

TEST_CASE("a run with several tasks gives a result for each, from the last attempt, over all pages") {
  World world;
  auto task = [](std::string_view key, int run_id, int attempt, std::string_view result) {
    return json{{"task_key", key},
                {"run_id", run_id},
                {"attempt_number", attempt},
                {"state", {{"life_cycle_state", "TERMINATED"}, {"result_state", result}}}};
  };
  world.workspace.on(get_path,
                     {run_is("TERMINATED", "SUCCESS",
                             {{"tasks", JsonArray{task("a", 50, 0, "FAILED"), task("a", 51, 1, "SUCCESS")}},
                              {"next_page_token", "p2"}}),
                      run_is("TERMINATED", "SUCCESS", {{"tasks", JsonArray{task("b", 52, 0, "EXCLUDED")}}})});
  auto end = world.run(World::run_now());
  REQUIRE(end.how == "succeeded");
  CHECK(end.value.at("tasks").at("a").at("run_id") == 51);
  CHECK(end.value.at("tasks").at("a").at("result") == "answer");
  CHECK(end.value.at("tasks").at("b").at("state") == "EXCLUDED");
  CHECK(world.workspace.seen(output_path).size() == 1);  // what never ran has no output
}

TEST_CASE("success with failures succeeds and says which tasks failed") {
  World world;
  auto task = [](std::string_view key, std::string_view result) {
    return json{{"task_key", key},
                {"run_id", 60},
                {"state", {{"life_cycle_state", "TERMINATED"}, {"result_state", result}}}};
  };
  world.workspace.on(get_path,
                     {run_is("TERMINATED", "SUCCESS_WITH_FAILURES",
                             {{"tasks", JsonArray{task("flaky", "FAILED"), task("end", "SUCCESS")}}})});
  auto end = world.run(World::run_now());
  CHECK(end.how == "succeeded");
  CHECK(end.value.at("state") == "SUCCESS_WITH_FAILURES");
  CHECK(world.reports.logged("succeeded with failures: flaky"));
}

TEST_CASE("cancelled and timed out in the workspace are failures that say so") {
  World cancelled;
  cancelled.workspace.on(get_path, {run_is("TERMINATED", "CANCELED")});
  auto first = cancelled.run(World::run_now());
  CHECK(first.failure.message.contains("cancelled in the workspace"));
  CHECK_FALSE(first.failure.retryable);
  World late;
  late.workspace.on(get_path, {run_is("TERMINATED", "TIMEDOUT")});
  auto second = late.run(World::run_now());
  CHECK(second.failure.why == runtime::Failure::Why::timeout);
  CHECK(second.failure.message.contains("timeout"));
}

TEST_CASE("a job is looked up by name before anything is promised") {
  World world;
  auto job = [](int id, std::string_view name) {
    return json{{"job_id", id}, {"settings", {{"name", name}}}};
  };
  world.workspace.on("/jobs/list", {ok({{"jobs", JsonArray{job(7, "ingest"), job(8, "Ingest")}}})});
  CHECK(world.run(World::run_now({{"job", "ingest"}})).how == "succeeded");
  auto body = parse_json(world.workspace.seen(run_now_path).at(0).body).value();
  CHECK(body.at("job_id") == 7);
  CHECK(find(body, "job") == nullptr);
}

TEST_CASE("a job that does not exist is an error with the nearest name, and nothing is promised") {
  World world;
  auto job = [](int id, std::string_view name) {
    return json{{"job_id", id}, {"settings", {{"name", name}}}};
  };
  world.workspace.on("/jobs/list", {ok(JsonObject{}), ok({{"jobs", JsonArray{job(7, "ingest")}}})});
  auto end = world.run(World::run_now({{"job", "ingset"}}));
  CHECK(end.how == "failed");
  CHECK(end.failure.message == "there is no job 'ingset'");
  CHECK(end.failure.detail.at("hint") == "did you mean 'ingest'?");
  CHECK(world.reports.intents() == 0);
}

TEST_CASE("a bad definition is refused with its place and nothing is sent") {
  World world;
  auto end = world.run(World::run_now({{"job_id", 7}, {"notebook_params", {{"n", nullptr}}}}));
  CHECK(end.how == "failed");
  CHECK(end.failure.message == "/notebook_params/n: a parameter cannot be null");
  CHECK_FALSE(end.failure.retryable);
  CHECK(world.workspace.seen("").empty());
}
