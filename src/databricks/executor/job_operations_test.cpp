#include <doctest/doctest.h>

#include "databricks/executor/operation_world.h"

using namespace weir;
using namespace weir::databricks;
using namespace weir::databricks::testing;

TEST_CASE("a job is created when none has its name") {
  OperationWorld world;
  world.workspace.on("/jobs/list", {jobs_are({})}).on("/jobs/create", {ok({{"job_id", 7}})});
  auto end = world.does("databricks.create_job", {{"job", "etl"}, {"tags", {{"team", "sales"}}}});
  REQUIRE(end.how == "succeeded");
  CHECK(end.value == json{{"job_id", 7}, {"created", true}});
  CHECK(world.sent("/jobs/create") == json{{"tags", {{"team", "sales"}}}, {"name", "etl"}});
}

TEST_CASE("the job of that name gets the new settings instead of a twin") {
  OperationWorld world;
  world.workspace.on("/jobs/list", {jobs_are({{3, "ETL"}, {7, "etl"}})})
      .on("/jobs/reset", {lost(), ok(JsonObject{})});
  auto end = world.does("databricks.create_job", {{"job", "etl"}, {"max_concurrent_runs", 2}});
  REQUIRE(end.how == "succeeded");
  CHECK(end.value == json{{"job_id", 7}, {"created", false}});
  CHECK(world.sent("/jobs/reset", 1).at("new_settings") == json{{"max_concurrent_runs", 2}, {"name", "etl"}});
}

TEST_CASE("a mistake in a job's tasks is told before anything is sent") {
  OperationWorld world;
  json task = {{"task_key", "a"}, {"notebok_task", {{"notebook_path", "/a"}}}};
  auto end = world.does("databricks.create_job", {{"job", "etl"}, {"tasks", JsonArray{task}}});
  CHECK(end.failure.message == "/tasks/0/notebok_task: there is no task type 'notebok_task'");
  CHECK(end.failure.detail.at("hint") == "did you mean 'notebook_task'?");
  CHECK(world.workspace.seen("/jobs/list").empty());
}

TEST_CASE("a job whose creation was answered by silence is looked for, not made twice") {
  OperationWorld world;
  world.workspace.on("/jobs/list", {jobs_are({}), jobs_are({}), jobs_are({{7, "etl"}})})
      .on("/jobs/create", {lost()})
      .on("/jobs/reset", {ok(JsonObject{})});
  auto end = world.does("databricks.create_job", {{"job", "etl"}});
  REQUIRE(end.how == "succeeded");
  CHECK(end.value == json{{"job_id", 7}, {"created", true}});
  CHECK(world.workspace.seen("/jobs/create").size() == 1);
}

TEST_CASE("after a crash in the middle of a creation the job is looked for first") {
  OperationWorld world;
  world.workspace.on("/jobs/list", {jobs_are({{7, "etl"}})}).on("/jobs/reset", {ok(JsonObject{})});
  auto attempt = world.crashed("databricks.create_job", {{"job", "etl"}}, {{"settings", {{"name", "etl"}}}});
  CHECK(world.run(attempt).how == "succeeded");
  CHECK(world.workspace.seen("/jobs/create").empty());
  CHECK(world.reports.intents() == 0);
}

TEST_CASE("nothing that changes the workspace is sent before the plan is durable") {
  OperationWorld world;
  world.workspace.on("/jobs/list", {jobs_are({})}).on("/jobs/create", {ok({{"job_id", 7}})});
  world.reports.hold_intents();
  world.executor->start(World::attempt("databricks.create_job", {{"job", "etl"}}), world.reports);
  auto intent = world.reports.wait_for_intent();
  CHECK(intent.at("plan").at("settings").at("name") == "etl");
  CHECK(find_string(intent, "host") == world.workspace.host());
  CHECK(world.workspace.seen("/jobs/create").empty());
  world.reports.release_intents();
  CHECK(world.reports.wait_for_end().how == "succeeded");
}

TEST_CASE("an attempt is not continued in another workspace") {
  OperationWorld world;
  auto attempt = world.crashed("databricks.create_job", {{"job", "etl"}}, {{"settings", {{"name", "etl"}}}});
  attempt.intent.get_object()["host"] = "https://other.example.com";
  auto end = world.run(attempt);
  CHECK(end.how == "failed");
  CHECK(end.failure.detail.at("unknown") == true);
}

TEST_CASE("a misspelt job is named with the nearest") {
  OperationWorld world;
  world.workspace.on("/jobs/list", {jobs_are({}), jobs_are({{7, "ingest"}})});
  auto end = world.does("databricks.delete_job", "ingset");
  CHECK(end.failure.message == "there is no job 'ingset'");
  CHECK(end.failure.detail.at("hint") == "did you mean 'ingest'?");
}

TEST_CASE("a job that is gone when the deletion is asked again was deleted") {
  OperationWorld world;
  world.workspace.on("/jobs/get", {ok({{"job_id", 7}})})
      .on("/jobs/delete", {lost(), refused(404, "RESOURCE_DOES_NOT_EXIST", "Job 7 does not exist.")});
  CHECK(world.does("databricks.delete_job", {{"job_id", 7}}).how == "succeeded");
}

TEST_CASE("settings of a job are changed, others stay") {
  OperationWorld world;
  world.workspace.on("/jobs/list", {jobs_are({{7, "etl"}})}).on("/jobs/update", {ok(JsonObject{})});
  auto end =
      world.does("databricks.update_job", {{"job", "etl"}, {"new_settings", {{"timeout_seconds", 60}}}});
  CHECK(end.value == json{{"job_id", 7}});
  CHECK(world.sent("/jobs/update") == json{{"job_id", 7}, {"new_settings", {{"timeout_seconds", 60}}}});
}

TEST_CASE("tasks among the new settings are checked before anybody is asked") {
  auto refusal_of = [](json tasks) {
    OperationWorld world;
    return world
        .does("databricks.update_job", {{"job_id", 7}, {"new_settings", {{"tasks", std::move(tasks)}}}})
        .failure.message;
  };
  CHECK(refusal_of({{{"task_key", "a"}, {"notebok_task", {{"notebook_path", "/a"}}}}}) ==
        "/new_settings/tasks/0/notebok_task: there is no task type 'notebok_task'");
  CHECK(refusal_of({{{"notebook_task", {{"notebook_path", "/a"}}}}}) ==
        "/new_settings/tasks/0: the task has no task_key");
  CHECK(refusal_of(JsonArray{}) == "/new_settings/tasks: tasks must list at least one task");
}

TEST_CASE("a task among the new settings may depend on one that the job has already") {
  OperationWorld world;
  world.workspace.on("/jobs/update", {ok(JsonObject{})});
  json task{{"task_key", "b"},
            {"depends_on", {{{"task_key", "a"}}}},
            {"notebook_task", {{"notebook_path", "/b"}, {"base_parameters", {{"day", 27}}}}}};
  auto end = world.does("databricks.update_job", {{"job_id", 7}, {"new_settings", {{"tasks", {task}}}}});
  CHECK(end.how == "succeeded");
  json sent = world.sent("/jobs/update");
  const json& told = sent.at("new_settings").at("tasks").at(0);
  CHECK(told.at("notebook_task").at("base_parameters") == json{{"day", "27"}});
}

TEST_CASE("a run counts as cancelled when it has been seen to end") {
  OperationWorld world;
  world.workspace.on(get_path, {run_is("RUNNING"), run_is("RUNNING"), run_is("TERMINATING"),
                                run_is("TERMINATED", "CANCELED")});
  auto end = world.does("databricks.cancel_run", {{"run_id", 42}});
  REQUIRE(end.how == "succeeded");
  CHECK(end.value.at("state") == "CANCELED");
  CHECK(world.workspace.seen(cancel_path).size() == 1);
}

TEST_CASE("a run that one may not cancel is not waited for") {
  OperationWorld world;
  world.workspace.on(get_path, {run_is("RUNNING")})
      .on(cancel_path, {refused(403, "PERMISSION_DENIED", "you must be the owner")});
  auto end = world.does("databricks.cancel_run", {{"run_id", 42}});
  CHECK(end.how == "failed");
  CHECK(end.failure.message.contains("you must be the owner"));
}

TEST_CASE("all active runs of a job are cancelled and waited for") {
  OperationWorld world;
  world.workspace.on("/runs/list", {ok({{"runs", JsonArray{json{{"run_id", 42}}}}})})
      .on("/runs/cancel-all", {ok(JsonObject{})})
      .on(get_path, {run_is("RUNNING"), run_is("TERMINATED", "CANCELED")});
  auto end = world.does("databricks.cancel_all_runs", {{"job_id", 7}});
  CHECK(end.value == json{{"job_id", 7}, {"run_ids", {42}}});
  CHECK(world.sent("/runs/cancel-all").at("job_id") == 7);
}

namespace {

Scripted repaired(std::string_view life_cycle, std::string_view result, JsonArray history) {
  return run_is(life_cycle, result, {{"repair_history", std::move(history)}});
}
const json original = {{"type", "ORIGINAL"}};
json repair(int id) { return {{"type", "REPAIR"}, {"id", id}}; }

}  // namespace

TEST_CASE("a repair names the latest one by itself, and ends as the run ends") {
  OperationWorld world;
  world.workspace.on("/runs/repair", {ok({{"repair_id", 9}})})
      .on(get_path, {repaired("TERMINATED", "FAILED", {original, repair(8)}),
                     repaired("TERMINATED", "FAILED", {original, repair(8)}),
                     repaired("RUNNING", "", {original, repair(8), repair(9)}), run_is("RUNNING"),
                     run_is("TERMINATED", "SUCCESS")});
  auto end = world.does("databricks.repair_run", {{"run_id", 42}});
  REQUIRE(end.how == "succeeded");
  CHECK(end.value.at("run_id") == 42);
  CHECK(end.value.at("result") == "answer");
  CHECK(world.sent("/runs/repair") ==
        json{{"run_id", 42}, {"rerun_all_failed_tasks", true}, {"latest_repair_id", 8}});
  CHECK(world.reports.remote().at("run_id") == 42);
}

TEST_CASE("a repair whose answer was lost is seen in the run's history and not ordered twice") {
  OperationWorld world;
  world.workspace.on("/runs/repair", {lost()})
      .on(get_path,
          {repaired("TERMINATED", "FAILED", {original}), repaired("TERMINATED", "FAILED", {original}),
           repaired("PENDING", "", {original, repair(9)}), run_is("TERMINATED", "SUCCESS")});
  CHECK(world.does("databricks.repair_run", {{"run_id", 42}}).how == "succeeded");
  CHECK(world.workspace.seen("/runs/repair").size() == 1);
}

TEST_CASE("a repair that is under way is cancelled as the run it is") {
  OperationWorld world;
  world.workspace.on("/runs/repair", {ok({{"repair_id", 9}})})
      .on(get_path,
          {repaired("TERMINATED", "FAILED", {original}), repaired("RUNNING", "", {original, repair(9)})});
  auto attempt = World::attempt("databricks.repair_run", {{"run_id", 42}});
  world.executor->start(attempt, world.reports);
  world.reports.wait_for_log("run 42 is RUNNING");
  world.executor->cancel(attempt.id);
  world.reports.wait_until([&] { return !world.workspace.seen(cancel_path).empty(); });
  CHECK_FALSE(world.reports.has_ended());
  world.workspace.on(get_path, {run_is("TERMINATED", "CANCELED")});
  CHECK(world.reports.wait_for_end().how == "cancelled");
}

TEST_CASE("after a crash a repair that was attached is only watched") {
  OperationWorld world;
  auto attempt = world.crashed("databricks.repair_run", {{"run_id", 42}},
                               {{"body", {{"run_id", 42}}}, {"last_repair", 0}}, {{"run_id", 42}});
  CHECK(world.run(attempt).how == "succeeded");
  CHECK(world.workspace.seen("/runs/repair").empty());
}

TEST_CASE("the outputs of all tasks of a run are fetched") {
  OperationWorld world;
  json task = {{"task_key", "load"}, {"run_id", 43}};
  world.workspace.on(get_path, {run_is("TERMINATED", "SUCCESS", {{"tasks", JsonArray{task}}})});
  auto end = world.does("databricks.get_output", {{"run_id", "42"}});
  REQUIRE(end.how == "succeeded");
  CHECK(end.value.at("result") == "answer");
  CHECK(end.value.at("tasks").at("load").at("result") == "answer");
  CHECK(world.workspace.seen(output_path).at(0).target.contains("run_id=43"));
}

TEST_CASE("waiting for a run ends with it, and a run that fails fails the wait") {
  OperationWorld world;
  CHECK(world.does("databricks.wait_run", {{"run_id", 42}, {"every", "1ms"}}).value.at("state") == "SUCCESS");
  OperationWorld failing;
  failing.workspace.on(get_path, {run_is("RUNNING"), run_is("TERMINATED", "FAILED")});
  CHECK(failing.does("databricks.wait_run", {{"run_id", 42}}).failure.message == "run 42 ended as FAILED");
}

TEST_CASE("a wait that is cancelled leaves the run alone") {
  OperationWorld world;
  world.workspace.on(get_path, {run_is("RUNNING")});
  auto attempt = World::attempt("databricks.wait_run", {{"run_id", 42}, {"every", "1h"}});
  world.executor->start(attempt, world.reports);
  world.reports.wait_for_log("run 42 is RUNNING");
  world.executor->cancel(attempt.id);
  CHECK(world.reports.wait_for_end().how == "cancelled");
  CHECK(world.workspace.seen(cancel_path).empty());
}
