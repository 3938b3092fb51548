#include <algorithm>
#include <fstream>
#include <set>

#include "workspace/steering_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

struct Served : SteeringWorkspace {
  JsonObject loop(json inputs, JsonObject repeated, std::int64_t concurrency = 1) {
    return {{"task_key", "loop"},
            {"for_each_task", JsonObject{{"inputs", std::move(inputs)},
                                         {"concurrency", concurrency},
                                         {"task", std::move(repeated)}}}};
  }

  /// The runs of the iterations of the run's loop, as runs/get of the loop's own run has them.
  JsonArray iterations(std::int64_t run_id, std::size_t attempt = 0) {
    std::vector<std::int64_t> loops;
    for (const json& task : run(run_id).at("tasks").get_array())
      if (string_or(task, "task_key", "") == "loop") loops.push_back(int_or(task, "run_id", 0));
    return run(loops.at(attempt)).at("iterations").get_array();
  }

  std::vector<std::string> logs_of(const JsonArray& runs) {
    std::vector<std::string> logs;
    for (const json& one : runs) logs.push_back(string_or(output(int_or(one, "run_id", 0)), "logs", ""));
    return logs;
  }

  static json stats(const json& task) { return task.at("for_each_task").at("stats").at("task_run_stats"); }
};

constexpr std::string_view prints_arguments = "import sys\nprint(*sys.argv[1:])\n";

std::string fails_on(std::string_view input) {
  return "import sys\nprint(sys.argv[1])\nif sys.argv[1] == '" + std::string(input) +
         "': raise ValueError('bad input')\n";
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a task is repeated for each element, and each iteration is a run of its own") {
  Served served;
  auto id =
      served.start({served.loop("[\"a\", 2, {\"b\": [3]}, null]",
                                served.python("one", prints_arguments, {"{{input}}", "{{task.name}}"}))});
  auto run = served.wait_for_end(id);
  CHECK(served.result(run) == "SUCCESS");
  CHECK(run.at("tasks").get_array().size() == 1);
  auto task = served.task(id, "loop");
  CHECK(served.stats(task) == json{{"total_iterations", 4},
                                   {"scheduled_iterations", 4},
                                   {"active_iterations", 0},
                                   {"completed_iterations", 4},
                                   {"succeeded_iterations", 4},
                                   {"failed_iterations", 0}});
  auto iterations = served.iterations(id);
  CHECK(served.logs_of(iterations) == Texts{"a one\n", "2 one\n", "{\"b\":[3]} one\n", "null one\n"});
  CHECK(iterations.at(0).at("task_key") == "one");
  CHECK(iterations.at(0).at("job_run_id") == id);
  CHECK(string_or(iterations.at(0), "run_page_url", "").ends_with("/run/" + std::to_string(id)));
  CHECK(served.run(int_or(iterations.at(1), "run_id", 0)).at("state").at("result_state") == "SUCCESS");
}

TEST_CASE("the elements may come from a task before, and their fields have names") {
  Served served;
  auto id = served.start({served.python("count", sets_values),
                          after(served.loop("{{tasks.count.values.days}}",
                                            served.python("one", prints_arguments, {"{{input.day}}"}), 2),
                                "count")});
  served.wait_for_end(id);
  auto logs = served.logs_of(served.iterations(id));
  std::ranges::sort(logs);
  CHECK(logs == Texts{"1\n", "2\n"});
}

TEST_CASE("elements may be given as a list, from job parameters, and there may be none") {
  Served served;
  json parameter = {{"name", "regions"}, {"default", "[\"west\"]"}};
  auto job = served.create(
      {served.loop("{{job.parameters.regions}}", served.python("one", prints_arguments, {"{{input}}"}))},
      {{"parameters", JsonArray{parameter}}});
  auto id = served.run_now(job);
  served.wait_for_end(id);
  CHECK(served.logs_of(served.iterations(id)) == Texts{"west\n"});
  id = served.run_now(job, {{"job_parameters", JsonObject{{"regions", "[]"}}}});
  CHECK(served.result(served.wait_for_end(id)) == "SUCCESS");
  CHECK(served.iterations(id).empty());
  id = served.start({served.loop(JsonArray{1, 2}, served.python("one", prints_arguments, {"{{input}}"}))});
  served.wait_for_end(id);
  CHECK(served.logs_of(served.iterations(id)) == Texts{"1\n", "2\n"});
}

TEST_CASE("as many iterations run at once as the concurrency allows") {
  Served served;
  // The first two wait for each other; each counts who is there with it.
  auto here = served.folder() / "here";
  auto seen = served.folder() / "seen";
  for (const auto& folder : {here, seen}) std::filesystem::create_directory(folder);
  std::string source = "import os, sys, time\nhere, seen = '" + here.string() + "', '" + seen.string() +
                       "'\n"
                       "for folder in (here, seen): open(f'{folder}/{sys.argv[1]}', 'w')\n"
                       "while len(os.listdir(seen)) < 2: time.sleep(0.01)\n"
                       "print(len(os.listdir(here)) <= 2)\n"
                       "os.remove(f'{here}/{sys.argv[1]}')\n";
  auto id = served.start({served.loop("[1, 2, 3, 4]", served.python("one", source, {"{{input}}"}), 2)});
  CHECK(served.result(served.wait_for_end(id)) == "SUCCESS");
  CHECK(served.logs_of(served.iterations(id)) == Texts(4, "True\n"));
}

TEST_CASE("one that fails holds no other up, fails the task, and a repair runs it alone") {
  Served served;
  auto job =
      served.create({served.loop("[\"a\", \"b\", \"c\"]", served.python("one", fails_on("b"), {"{{input}}"})),
                     after(served.python("last", ""), "loop")});
  auto id = served.run_now(job);
  auto run = served.wait_for_end(id);
  CHECK(served.results(run) == Results{{"loop", "FAILED"}, {"last", "UPSTREAM_FAILED"}});
  CHECK(served.message(served.task(id, "loop")) == "1 of 3 iterations failed");
  CHECK(int_or(served.stats(served.task(id, "loop")), "succeeded_iterations", 0) == 2);
  CHECK(served.iterations(id).size() == 3);

  served.python("one", prints_arguments);
  auto repaired = served.post("2.1/jobs/runs/repair", {{"run_id", id}, {"rerun_all_failed_tasks", true}});
  REQUIRE_MESSAGE(repaired.status == 200, repaired.message());
  run = served.wait_for_end(id);
  CHECK(served.results(run) == Results{{"loop", "SUCCESS"}, {"last", "SUCCESS"}});
  CHECK(served.logs_of(served.iterations(id, 1)) == Texts{"b\n"});
  CHECK(served.stats(run.at("tasks").at(3)).at("succeeded_iterations") == 3);
}

TEST_CASE("what a loop has done stays done over a repair in which it does not come to its turn") {
  Served served;
  auto broken = served.folder() / "broken";
  auto first = served.python("first", "import os\nassert not os.path.exists('" + broken.string() + "')\n");
  auto id = served.start(
      {first,
       after(served.loop(R"(["a", "b"])", served.python("one", fails_on("b"), {"{{input}}"})), "first")});
  CHECK(served.results(served.wait_for_end(id)) == Results{{"first", "SUCCESS"}, {"loop", "FAILED"}});

  served.python("one", prints_arguments);
  auto repair = [&](JsonObject body) {
    body["run_id"] = id;
    auto repaired = served.post("2.1/jobs/runs/repair", body);
    REQUIRE_MESSAGE(repaired.status == 200, repaired.message());
    return repaired.integer("repair_id");
  };
  std::ofstream(broken) << "";
  auto latest = repair({{"rerun_tasks", JsonArray{"first", "loop"}}});
  CHECK(served.results(served.wait_for_end(id)) == Results{{"first", "FAILED"}, {"loop", "UPSTREAM_FAILED"}});
  std::filesystem::remove(broken);
  repair({{"rerun_all_failed_tasks", true}, {"latest_repair_id", latest}});
  CHECK(served.result(served.wait_for_end(id)) == "SUCCESS");
  CHECK(served.logs_of(served.iterations(id, 2)) == Texts{"b\n"});
}

TEST_CASE("an iteration is tried again as the repeated task says, with the same input in the same run") {
  Served served;
  auto seen = served.folder() / "seen";
  std::string source =
      "import os, sys\nprint(sys.argv[1], task['context']['run_id'])\n"
      "if sys.argv[1] == 'b' and not os.path.exists('" +
      seen.string() + "'):\n    open('" + seen.string() + "', 'w')\n    raise ValueError\n";
  JsonObject repeated = served.python("one", source, {"{{input}}"});
  repeated["max_retries"] = 1;
  auto id = served.start({served.loop(R"(["a", "b", "c"])", repeated)});
  CHECK(served.result(served.wait_for_end(id)) == "SUCCESS");
  auto iterations = served.iterations(id);
  CHECK(iterations.size() == 4);
  CHECK(served.stats(served.task(id, "loop")).at("succeeded_iterations") == 3);
  auto logs = served.logs_of(iterations);
  std::ranges::sort(logs);
  auto in_run = [&](std::string_view input) { return std::string(input) + " " + std::to_string(id) + "\n"; };
  CHECK(logs == Texts{in_run("a"), in_run("b"), in_run("b"), in_run("c")});
  auto again =
      std::ranges::find_if(iterations, [](const json& one) { return one.at("attempt_number") == 1; });
  REQUIRE(again != iterations.end());
}

TEST_CASE("cancelling ends the iterations that are going, and begins no more") {
  Served served;
  auto id = served.start({served.loop("[1, 2, 3]", served.python("one", waits_forever), 2)});
  served.wait(id, [&](const json& run) {
    return find(run.at("tasks").at(0).at("for_each_task"), "stats") != nullptr;
  });
  auto going = served.iterations(id);
  CHECK(going.size() == 2);
  served.wait_for_log(int_or(going.at(0), "run_id", 0), "waiting");
  served.post("2.1/jobs/runs/cancel", {{"run_id", id}});
  CHECK(served.result(served.wait_for_end(id)) == "CANCELED");
  auto ended = served.iterations(id);
  CHECK(ended.size() == 2);
  for (const json& one : ended) CHECK(served.result(one) == "CANCELED");
}

TEST_CASE("a loop goes on where a killed server left it") {
  Served served;
  auto marker = served.folder() / "go";
  auto count = served.folder() / "count";
  std::string source = "import os, time\nopen('" + count.string() +
                       "', 'a').write('x')\nwhile not os.path.exists('" + marker.string() +
                       "'): time.sleep(0.01)\n";
  auto id = served.start({served.loop("[1, 2, 3]", served.python("one", source))});
  served.wait(id, [&](const json&) { return std::filesystem::exists(count); });
  served.close();
  std::ofstream(marker) << "go";
  served.open();
  CHECK(served.result(served.wait_for_end(id)) == "SUCCESS");
  CHECK(served.iterations(id).size() == 3);
  CHECK(read_file(count).value() == "xxx");
}

TEST_CASE("a job may be run for each element, and a condition asked") {
  Served served;
  auto child = served.create(
      {served.python("inner", prints_arguments, {"{{job.parameters.day}}"})},
      {{"parameters", JsonArray{{{"name", "day"}, {"default", "0"}}}}, {"max_concurrent_runs", 10}});
  JsonObject call{
      {"task_key", "call"},
      {"run_job_task", JsonObject{{"job_id", child}, {"job_parameters", JsonObject{{"day", "{{input}}"}}}}}};
  auto id = served.start({served.loop("[1, 2]", call, 2)});
  CHECK(served.result(served.wait_for_end(id)) == "SUCCESS");
  std::set<std::string> logs;
  for (const json& one :
       served.get("2.1/jobs/runs/list?job_id=" + std::to_string(child)).body.at("runs").get_array())
    logs.insert(string_or(served.output(int_or(one, "run_id", 0)), "logs", ""));
  CHECK(logs == std::set<std::string>{"1\n", "2\n"});
  JsonObject check{
      {"task_key", "check"},
      {"condition_task", JsonObject{{"op", "LESS_THAN"}, {"left", "{{input}}"}, {"right", "5"}}}};
  id = served.start({served.loop("[1, \"many\"]", check)});
  CHECK(served.result(served.wait_for_end(id)) == "FAILED");
}

TEST_CASE("inputs that are no list end the task with the reason") {
  Served served;
  auto id = served.start({served.loop("{\"a\": 1}", served.python("one", ""))});
  CHECK(served.message(served.wait_for_end(id)).find("must be a JSON array, not '{\"a\": 1}'") !=
        std::string::npos);
}

TEST_CASE("loops that make no sense are refused when the job is made") {
  Served served;
  auto refusal = [&](JsonObject settings) {
    json task = {{"task_key", "loop"}, {"for_each_task", std::move(settings)}};
    return served.post("2.1/jobs/create", {{"tasks", JsonArray{task}}}).message();
  };
  JsonObject one = served.python("one", "");
  CHECK(refusal({{"task", one}}).find("missing required field: for_each_task.inputs") != std::string::npos);
  CHECK(refusal({{"inputs", "[]"}}).find("missing required field: for_each_task.task") != std::string::npos);
  CHECK(refusal({{"inputs", "[]"}, {"task", one}, {"concurrency", 101}}).find("from 1 to 100") !=
        std::string::npos);
  CHECK(refusal({{"inputs", "[]"}, {"task", one}, {"concurrency", "5"}}).empty());
  CHECK(refusal({{"inputs", "[]"}, {"task", served.loop("[]", one)}}).find("cannot repeat another") !=
        std::string::npos);
  CHECK(refusal({{"inputs", "[]"}, {"task", JsonObject{{"task_key", "x"}}}}).find("says not what to run") !=
        std::string::npos);
  CHECK(refusal({{"inputs", "[]"}, {"task", after(one, "other")}}).find("depends on nothing") !=
        std::string::npos);
  JsonObject wrong = served.python("one", "", {"{{job.naem}}"});
  CHECK(refusal({{"inputs", "[]"}, {"task", wrong}}).find("did you mean 'name'?") != std::string::npos);
}

TEST_CASE("a run that is deleted takes its iterations along") {
  Served served;
  auto id = served.start({served.loop("[1]", served.python("one", ""))});
  served.wait_for_end(id);
  auto iteration = int_or(served.iterations(id).at(0), "run_id", 0);
  auto folder = served.options.home / "runs" / std::to_string(iteration);
  CHECK(std::filesystem::exists(folder));
  CHECK(served.post("2.1/jobs/runs/delete", {{"run_id", id}}).status == 200);
  CHECK_FALSE(std::filesystem::exists(folder));
  CHECK(served.get("2.2/jobs/runs/get?run_id=" + std::to_string(iteration)).status == 404);
}
