#include <algorithm>

#include <doctest/doctest.h>

#include "databricks/client/scripted_workspace.h"
#include "databricks/executor/databricks_executor.h"
#include "databricks/executor/recording_reports.h"

using namespace weir;
using namespace weir::databricks;
using namespace weir::databricks::testing;
using namespace std::chrono_literals;

namespace {

constexpr auto run_now_path = "/jobs/run-now";
constexpr auto submit_path = "/runs/submit";
constexpr auto get_path = "/runs/get";
constexpr auto output_path = "/runs/get-output";
constexpr auto cancel_path = "/runs/cancel";

Timing fast() {
  Timing timing;
  timing.loopback_poll_first = timing.loopback_poll_max = 1ms;
  timing.resend_first = timing.resend_max = 1ms;
  timing.cancel_again = 5ms;
  timing.reconnect = 0ms;
  timing.loopback_polls_per_second_max = 1e6;
  return timing;
}

Scripted run_is(std::string_view life_cycle, std::string_view result = "", json more = JsonObject{}) {
  JsonObject run{{"run_id", 42},
                 {"job_id", 7},
                 {"run_page_url", "https://w/#job/7/run/42"},
                 {"state", {{"life_cycle_state", life_cycle}, {"state_message", ""}}}};
  if (!result.empty()) run["state"].get_object()["result_state"] = result;
  for (auto& [key, value] : more.get_object()) run[key] = value;
  return ok(run);
}

/// A workspace by script, an executor that speaks to it and what it reports.
struct World {
  ScriptedWorkspace workspace{};
  SystemClock clock{};
  RecordingReports reports{};
  std::atomic<int> connects = 0;
  std::string connection_name = "profile dev";
  std::unique_ptr<DatabricksExecutor> executor = make_executor();

  World() {
    workspace.on(run_now_path, {ok({{"run_id", 42}, {"number_in_job", 42}})})
        .on(submit_path, {ok({{"run_id", 42}})})
        .on(get_path, {run_is("PENDING"), run_is("RUNNING"), run_is("TERMINATED", "SUCCESS")})
        .on(output_path, {ok({{"notebook_output", {{"result", "answer"}}}})})
        .on(cancel_path, {ok(JsonObject{})});
  }

  std::unique_ptr<DatabricksExecutor> make_executor() {
    return std::make_unique<DatabricksExecutor>(
        [this]() -> Result<Connection> {
          ++connects;
          return Connection{connection_name, workspace.host(), Credential("dapi-canary")};
        },
        clock, fast());
  }

  static runtime::Attempt attempt(std::string_view kind, json inputs) {
    runtime::Attempt attempt;
    attempt.id = {0, 3, 1};
    attempt.flow = "tutorial";
    attempt.task = "daily";
    attempt.kind = kind;
    attempt.token = "weir-0123456789abcdef0123456789abcdef01234567";
    attempt.inputs = std::move(inputs);
    return attempt;
  }
  static runtime::Attempt run_now(json inputs = {{"job_id", 7}}) {
    return attempt("databricks.run_now", std::move(inputs));
  }
  static runtime::Attempt submit() {
    return attempt("databricks.submit_run",
                   {{"existing_cluster_id", "c"}, {"spark_python_task", {{"python_file", "dbfs:/a.py"}}}});
  }

  RecordingReports::End run(const runtime::Attempt& what) {
    executor->start(what, reports);
    return reports.wait_for_end();
  }
};

/// Every request that starts a run must be the same, byte for byte.
void check_one_identity(const std::vector<Seen>& sent) {
  for (const auto& request : sent) CHECK(request.body == sent.front().body);
  CHECK(parse_json(sent.front().body)->at("idempotency_token") ==
        "weir-0123456789abcdef0123456789abcdef01234567");
}

}  // namespace

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
  CHECK(world.reports.logged("(trying again)"));
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
  std::atomic<bool> cancelled = false;
  world.workspace.on(get_path, {run_is("RUNNING")});
  world.workspace.watch([&](const Seen& request) {
    bool is_cancel = request.target.ends_with(cancel_path);
    if (!is_cancel || cancelled.exchange(true)) return;
    CHECK_FALSE(world.reports.has_ended());
  });
  world.executor->start(World::submit(), world.reports);
  world.reports.wait_for_log("run 42 is RUNNING");
  world.executor->cancel(World::submit().id);
  world.reports.wait_until([&] { return world.workspace.seen(cancel_path).size() >= 2; });
  CHECK_FALSE(world.reports.has_ended());  // asked twice, still running: not cancelled
  world.workspace.on(get_path, {run_is("TERMINATING"), run_is("TERMINATED", "CANCELED")});
  CHECK(world.reports.wait_for_end().how == "cancelled");
  CHECK(cancelled);
}

TEST_CASE("cancelling while the answer is outstanding first learns which run it is") {
  World world;
  world.workspace.on(submit_path, {lost()}).on(get_path, {run_is("TERMINATED", "CANCELED")});
  world.executor->start(World::submit(), world.reports);
  world.reports.wait_for_log("(trying again)");
  world.executor->cancel(World::submit().id);
  world.reports.wait_for_log("cancelling as soon as");
  CHECK_FALSE(world.reports.has_ended());
  world.workspace.on(get_path, {run_is("RUNNING"), run_is("TERMINATED", "CANCELED")});
  world.workspace.on(submit_path, {ok({{"run_id", 42}})});
  CHECK(world.reports.wait_for_end().how == "cancelled");
  CHECK(world.workspace.seen(cancel_path).size() == 1);
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

TEST_CASE("an output the service cannot give does not hold up a run that has ended") {
  World world;
  world.workspace.on(output_path, {refused(500, "INTERNAL_ERROR", "oops")});
  auto end = world.run(World::run_now());
  CHECK(end.how == "succeeded");
  CHECK(end.value.at("result").is_null());
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
