#include "cli/remote/jobs_verbs.h"

#include <doctest/doctest.h>

#include "cli/remote/scripted_world.h"

using namespace weir;
using namespace weir::cli;
using namespace weir::cli::testing;

namespace {

json job(int id, std::string_view name) { return {{"job_id", id}, {"settings", {{"name", name}}}}; }

}  // namespace

TEST_CASE("jobs create takes its settings from a file") {
  World world;
  world.workspace.on("/jobs/create", {ok({{"job_id", 7}})});
  auto file = world.write("job.json", R"({"name": "ingest"})");
  CHECK(world.run({"jobs", "create", "--json", "@" + file}) == Exit::ok);
  CHECK(world.sent("/jobs/create") == json{{"name", "ingest"}});
}

TEST_CASE("jobs create --if-not-exists leaves a job of that name alone") {
  World world;
  world.workspace.on("/jobs/list", {ok({{"jobs", JsonArray{job(3, "Ingest"), job(7, "ingest")}}})});
  CHECK(world.run({"jobs", "create", "--if-not-exists", "--json", R"({"name": "ingest"})"}) == Exit::ok);
  CHECK(world.workspace.seen("/jobs/create").empty());
}

TEST_CASE("jobs create refuses broken settings before it speaks to anybody") {
  World world;
  auto broken = world.write("job.json", "{\"name\": }");
  CHECK(world.run({"jobs", "create", "--json", "@" + broken}) == Exit::usage);
  CHECK(world.run({"jobs", "create", "--json", "[]"}) == Exit::usage);
  CHECK(world.run({"jobs", "create", "--json", "@/no/such/file"}) == Exit::not_found);
  CHECK(world.run({"jobs", "create"}) == Exit::usage);
  CHECK(world.workspace.seen("").empty());
}

TEST_CASE("a job that does not exist is not found, an ambiguous name is wrong usage") {
  World world;
  world.workspace.on("/jobs/list", {ok({{"jobs", JsonArray{job(1, "a"), job(2, "a")}}})});
  CHECK(world.run({"jobs", "get", "b"}) == Exit::not_found);
  CHECK(world.run({"jobs", "delete", "a"}) == Exit::usage);
  CHECK(world.workspace.seen("/jobs/delete").empty());
}

TEST_CASE("jobs run-now passes parameters the way the job takes them") {
  World world;
  json declaring = {{"job_id", 1},
                    {"settings", {{"name", "a"}, {"parameters", JsonArray{json{{"name", "day"}}}}}}};
  world.workspace.on("/jobs/list", {ok({{"jobs", JsonArray{declaring}}})})
      .on("/jobs/get", {ok(declaring)})
      .on("/jobs/run-now", {ok({{"run_id", 5}})});
  CHECK(world.run({"jobs", "run-now", "a", "-p", "day=monday=1"}) == Exit::ok);
  CHECK(world.sent("/jobs/run-now").at("job_parameters") == json{{"day", "monday=1"}});
  CHECK(find(world.sent("/jobs/run-now"), "idempotency_token") != nullptr);
}

TEST_CASE("jobs run-now --wait ends as the run ends") {
  World world;
  json failed = {{"run_id", 5}, {"state", {{"life_cycle_state", "TERMINATED"}, {"result_state", "FAILED"}}}};
  world.workspace.on("/jobs/list", {ok({{"jobs", JsonArray{job(1, "a")}}})})
      .on("/jobs/get", {ok(job(1, "a"))})
      .on("/jobs/run-now", {ok({{"run_id", 5}})})
      .on("/runs/get", {ok(failed)})
      .on("/runs/get-output", {ok({{"error", "ValueError: boom"}})});
  CHECK(world.run({"jobs", "run-now", "a", "--wait"}) == Exit::run_failed);
}

TEST_CASE("jobs reset and update send other settings") {
  World world;
  world.workspace.on("/jobs/list", {ok({{"jobs", JsonArray{job(1, "a")}}})})
      .on("/jobs/reset", {ok(JsonObject{})})
      .on("/jobs/update", {ok(JsonObject{})});
  CHECK(world.run({"jobs", "reset", "a", "--json", R"({"name": "b"})"}) == Exit::ok);
  CHECK(world.sent("/jobs/reset") == json{{"job_id", 1}, {"new_settings", {{"name", "b"}}}});
  CHECK(world.run({"jobs", "update", "a", "--remove", "schedule"}) == Exit::ok);
  CHECK(world.sent("/jobs/update") ==
        json{{"job_id", 1}, {"new_settings", JsonObject{}}, {"fields_to_remove", JsonArray{"schedule"}}});
  CHECK(world.run({"jobs", "update", "a"}) == Exit::usage);
}

TEST_CASE("jobs repair finds out which repair was the last") {
  World world;
  json history = JsonArray{json{{"type", "ORIGINAL"}}, json{{"type", "REPAIR"}, {"id", 9}}};
  world.workspace.on("/runs/get", {ok({{"run_id", 5}, {"repair_history", history}})})
      .on("/runs/repair", {ok({{"repair_id", 10}})});
  CHECK(world.run({"jobs", "repair", "5", "--task", "load", "--dependents"}) == Exit::ok);
  CHECK(world.out == "10\n");
  CHECK(world.sent("/runs/repair") == json{{"rerun_tasks", JsonArray{"load"}},
                                           {"rerun_dependent_tasks", true},
                                           {"run_id", 5},
                                           {"latest_repair_id", 9}});
}

TEST_CASE("jobs cancel ends a run, or all of a job, and wants to know which") {
  World world;
  world.workspace.on("/jobs/list", {ok({{"jobs", JsonArray{job(1, "a")}}})})
      .on("/runs/cancel", {ok(JsonObject{})})
      .on("/runs/cancel-all", {ok(JsonObject{})})
      .on("/runs/get", {ok({{"run_id", 5},
                            {"state", {{"life_cycle_state", "TERMINATED"}, {"result_state", "CANCELED"}}}})});
  CHECK(world.run({"jobs", "cancel", "5", "--wait"}) == Exit::ok);
  CHECK(world.sent("/runs/cancel") == json{{"run_id", 5}});
  CHECK(world.run({"jobs", "cancel", "--all-of", "a"}) == Exit::ok);
  CHECK(world.sent("/runs/cancel-all").at("job_id") == 1);
  CHECK(world.run({"jobs", "cancel"}) == Exit::usage);
  CHECK(world.run({"jobs", "cancel", "5", "--all-of", "a"}) == Exit::usage);
  CHECK(world.run({"jobs", "cancel", "five"}) == Exit::usage);
}

TEST_CASE("jobs runs are listed, and their output is shown") {
  World world;
  json done = {{"run_id", 5},
               {"run_name", "report"},
               {"start_time", 1000},
               {"state", {{"life_cycle_state", "TERMINATED"}, {"result_state", "SUCCESS"}}}};
  world.workspace.on("/runs/list", {ok({{"runs", JsonArray{done}}})})
      .on("/runs/get", {ok(done)})
      .on("/runs/get-output", {ok({{"logs", "hello\n"}})});
  CHECK(world.run({"jobs", "runs", "list", "--active"}) == Exit::ok);
  CHECK(world.out.contains("SUCCESS    report"));
  CHECK(world.workspace.seen("/runs/list").at(0).target.contains("active_only=true"));
  CHECK(world.run({"jobs", "runs", "output", "5"}) == Exit::ok);
  CHECK(world.out == "hello\n");
}
