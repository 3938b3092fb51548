#include <fstream>

#include "workspace/jobs/runs/run_store.h"
#include "workspace/jobs/settings/job_store.h"
#include "workspace/steering_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

JsonObject calls(std::string_view key, std::int64_t job_id, JsonObject settings = {}) {
  settings["job_id"] = job_id;
  return {{"task_key", key}, {"run_job_task", std::move(settings)}};
}

struct Served : SteeringWorkspace {
  /// The run that a task has started, once it is there.
  std::int64_t called(std::int64_t run_id, std::string_view key) {
    auto task_id = int_or(task(run_id, key), "run_id", 0);
    std::int64_t found = 0;
    wait(run_id, [&](const json&) {
      json shown = output(task_id);
      if (const json* told = find(shown, "run_job_output")) found = int_or(*told, "run_id", 0);
      return found != 0;
    });
    return found;
  }
};

constexpr std::string_view prints_parameters = "import sys\nprint(sys.argv[1:])\n";

}  // namespace

TEST_CASE("a task runs a job, with parameters, and ends as the run does") {
  Served served;
  JsonObject with_day{{"parameters", JsonArray{{{"name", "day"}, {"default", "monday"}},
                                               {{"name", "env"}, {"default", "dev"}}}}};
  auto child = served.create(
      {served.python("inner", prints_parameters,
                     {"{{job.parameters.day}}", "{{job.parameters.env}}", "{{job.trigger.type}}"})},
      with_day);
  auto id = served.start(
      {served.python("count", sets_values),
       after(calls("call", child, {{"job_parameters", JsonObject{{"day", "{{tasks.count.values.region}}"}}}}),
             "count"),
       after(served.python("last", ""), "call")},
      {{"parameters",
        JsonArray{{{"name", "env"}, {"default", "prod"}}, {{"name", "other"}, {"default", "x"}}}}});
  auto run = served.wait_for_end(id);
  CHECK(served.results(run) == Results{{"count", "SUCCESS"}, {"call", "SUCCESS"}, {"last", "SUCCESS"}});
  auto task = served.task(id, "call");
  CHECK(task.at("resolved_values").at("run_job_task").at("job_parameters") ==
        json{{"day", "west"}, {"env", "prod"}});
  auto called = served.run(served.called(id, "call"));
  CHECK(called.at("job_id") == child);
  CHECK(called.at("trigger") == "RUN_JOB_TASK");
  CHECK(called.at("trigger_info").at("run_id") == task.at("run_id"));
  CHECK(served.output(int_or(called, "run_id", 0)).at("logs") == "['west', 'prod', 'run_job_task']\n");
  CHECK(called.at("job_parameters").get_array().size() == 2);
}

TEST_CASE("a job that fails fails the task that runs it, and is tried again as the task says") {
  Served served;
  auto child = served.create({served.python("inner", "raise ValueError('boom')\n")});
  JsonObject call = calls("call", child);
  call["max_retries"] = 1;
  auto id = served.start({call});
  auto run = served.wait_for_end(id);
  CHECK(served.result(run) == "FAILED");
  CHECK(run.at("tasks").get_array().size() == 2);
  CHECK(served.message(run.at("tasks").at(1)).find("Task inner failed with message") != std::string::npos);
  CHECK(served.get("2.1/jobs/runs/list?job_id=" + std::to_string(child)).body.at("runs").get_array().size() ==
        2);
}

TEST_CASE("cancelling travels down, and up") {
  Served served;
  auto child = served.create({served.python("inner", waits_forever)});
  auto middle = served.create({calls("call", child)});
  auto id = served.start({calls("call", middle)});
  auto below = served.called(id, "call");
  auto lowest = served.called(below, "call");
  served.wait_for_log(lowest, "waiting");
  SUBCASE("down") {
    served.post("2.1/jobs/runs/cancel", {{"run_id", id}});
    for (auto one : {id, below, lowest}) CHECK(served.result(served.wait_for_end(one)) == "CANCELED");
    CHECK(served.results(served.run(id)) == Results{{"call", "CANCELED"}});
  }
  SUBCASE("up") {
    served.post("2.1/jobs/runs/cancel", {{"run_id", lowest}});
    for (auto one : {lowest, below, id}) CHECK(served.result(served.wait_for_end(one)) == "CANCELED");
    CHECK(served.message(served.task(id, "call")).find("Run " + std::to_string(below)) != std::string::npos);
  }
}

TEST_CASE("a task that runs a job has a time limit too") {
  Served served;
  auto child = served.create({served.python("inner", waits_forever)});
  JsonObject call = calls("call", child);
  call["timeout_seconds"] = 1;
  auto id = served.start({call});
  auto below = served.called(id, "call");
  CHECK(served.result(served.wait_for_end(id)) == "TIMEDOUT");
  CHECK(served.result(served.wait_for_end(below)) == "CANCELED");
}

TEST_CASE("a server that is killed meanwhile starts no second run") {
  Served served;
  auto marker = served.folder() / "go";
  std::string waits =
      "import os, time\nwhile not os.path.exists('" + marker.string() + "'): time.sleep(0.01)\n";
  auto child = served.create({served.python("inner", waits)});
  auto id = served.start({calls("call", child)});
  auto below = served.called(id, "call");
  SUBCASE("while the run goes on") { served.close(); }
  SUBCASE("before the task knew of its run") {
    served.close();
    auto state = State::open(served.options.home / "workspace.db").value();
    RunStore runs(state);
    Run task = runs.tasks_of(id).value().at(0);
    task.life_cycle = LifeCycle::pending;
    task.started_ms = 0;
    REQUIRE(runs.update(task));
  }
  std::ofstream(marker) << "go";
  served.open();
  CHECK(served.result(served.wait_for_end(id)) == "SUCCESS");
  CHECK(served.called(id, "call") == below);
  CHECK(served.get("2.1/jobs/runs/list?job_id=" + std::to_string(child)).body.at("runs").get_array().size() ==
        1);
}

TEST_CASE("a run of a job that may not start ends the task with the reason") {
  Served served;
  auto child = served.create({served.python("inner", waits_forever)});
  auto going = served.run_now(child);
  auto id = served.start({calls("call", child)});
  auto run = served.wait_for_end(id);
  CHECK(served.message(run).find("MAXIMUM_CONCURRENT_RUNS_REACHED") != std::string::npos);
  served.post("2.1/jobs/runs/cancel", {{"run_id", going}});
  served.wait_for_end(going);
  id = served.start({calls("call", 4711)});
  CHECK(served.message(served.wait_for_end(id)).find("Job 4711 does not exist") != std::string::npos);
}

TEST_CASE("jobs that run themselves, or too deep, are refused") {
  Served served;
  auto a = served.create({served.python("inner", "")});
  auto b = served.create({calls("call", a)});
  auto c = served.create({JsonObject{
      {"task_key", "each"}, {"for_each_task", JsonObject{{"inputs", "[1]"}, {"task", calls("call", b)}}}}});
  auto d = served.create({calls("call", c)});
  auto deep = served.post("2.1/jobs/create", {{"tasks", JsonArray{calls("call", d)}}});
  CHECK(deep.code() == "INVALID_PARAMETER_VALUE");
  CHECK(deep.message().find("nest more than 3 deep") != std::string::npos);
  json circle = {{"job_id", a}, {"new_settings", {{"tasks", JsonArray{calls("call", c)}}}}};
  CHECK(served.post("2.1/jobs/reset", circle).message().find("would run itself") != std::string::npos);
  json own = {{"job_id", a}, {"new_settings", {{"tasks", JsonArray{calls("call", a)}}}}};
  CHECK(served.post("2.1/jobs/update", own).message().find("would run itself") != std::string::npos);
  auto id = served.run_now(d);
  CHECK(served.result(served.wait_for_end(id)) == "SUCCESS");

  // Past the check, as by a job that was changed while its caller was on its way.
  auto leaf = served.create({served.python("inner", "")});
  auto why_not = [&](std::int64_t called, std::int64_t started) {
    served.close();
    {
      auto state = State::open(served.options.home / "workspace.db").value();
      JobStore jobs(state);
      Job job = jobs.find(a).value().value();
      job.settings["tasks"] = JsonArray{calls("call", called)};
      REQUIRE(jobs.replace(a, job.settings));
    }
    served.open();
    CHECK(served.result(served.wait_for_end(served.run_now(started))) == "FAILED");
    auto last = served.get("2.1/jobs/runs/list?limit=1&job_id=" + std::to_string(a)).body.at("runs").at(0);
    return served.message(last);
  };
  CHECK(why_not(leaf, d).find("run_job_tasks nest at most 3 deep") != std::string::npos);
  CHECK(why_not(c, c).find("this task runs within run") != std::string::npos);
}

TEST_CASE("fields of a run_job_task are checked") {
  Served served;
  auto refusal = [&](JsonObject settings) {
    json task = {{"task_key", "call"}, {"run_job_task", std::move(settings)}};
    return served.post("2.1/jobs/create", {{"tasks", JsonArray{task}}}).message();
  };
  CHECK(refusal({}).find("missing required field: run_job_task.job_id") != std::string::npos);
  CHECK(refusal({{"job_id", "x"}}).find("must be an integer") != std::string::npos);
  CHECK(refusal({{"job_id", "12"}}).empty());
}
