#include "workspace/jobs/runner/runner.h"

#include <charconv>
#include <fstream>

#include <signal.h>

#include "process/process_table.h"
#include "workspace/erase.h"
#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

struct Served : TestWorkspace {
  Served() {
    options.cancel_grace = std::chrono::milliseconds(100);
    open();
  }

  /// The number that the run's program printed first.
  pid_t printed_pid(std::int64_t run_id) {
    std::string logs = string_or(output(run_id), "logs", "");
    pid_t pid = 0;
    std::from_chars(logs.data(), logs.data() + logs.size(), pid);
    return pid;
  }
};

/// Starts a child that ignores SIGTERM and would outlive everybody, prints its process id, and waits.
constexpr std::string_view has_stubborn_child =
    "import signal, subprocess\n"
    "child = subprocess.Popen(['sh', '-c', 'trap \"\" TERM; while :; do sleep 60; done'], "
    "start_new_session=True)\n"
    "print(child.pid, 'waiting', flush=True)\n"
    "signal.pause()\n";

bool exists(pid_t pid) { return ::kill(pid, 0) == 0; }

/// Not so of one that has ended and that nobody has reaped yet.
bool is_running(pid_t pid) {
  auto info = process::read_process(pid);
  return info && !info->has_ended();
}

}  // namespace

TEST_CASE("cancelling ends the program and everything it started") {
  Served served;
  auto id = served.submit(has_stubborn_child);
  served.wait_for_log(id, "waiting");
  pid_t child = served.printed_pid(id);
  REQUIRE(exists(child));
  CHECK(served.post("2.1/jobs/runs/cancel", {{"run_id", id}}).body == json(JsonObject{}));
  auto run = served.wait_for_end(id);
  CHECK(served.state(run) == "TERMINATED");
  CHECK(served.result(run) == "CANCELED");
  CHECK(run.at("state").at("user_cancelled_or_timedout") == true);
  CHECK(run.at("status").at("termination_details").at("code") == "USER_CANCELED");
  CHECK_FALSE(exists(child));
  CHECK(served.post("2.1/jobs/runs/cancel", {{"run_id", id}}).status == 200);
  CHECK(served.result(served.run(id)) == "CANCELED");
}

TEST_CASE("a run that takes too long is ended and says so") {
  Served served;
  auto by_task = served.submit(waits_forever, {{"timeout_seconds", 1}});
  auto by_run = served.submit(waits_forever, {}, {{"timeout_seconds", "1"}});
  auto task = served.wait_for_end(by_task);
  CHECK(served.result(task) == "TIMEDOUT");
  CHECK(served.result(served.wait_for_end(by_run)) == "TIMEDOUT");
  CHECK(served.task(by_run, "only").at("state").at("result_state") == "TIMEDOUT");
}

TEST_CASE("a running program outlives the server, and the next server sees it end") {
  Served served;
  auto gate = served.folder() / "gate";
  auto id = served.submit("import os, time\nprint('waiting', flush=True)\nwhile not os.path.exists('" +
                          gate.string() + "'):\n    time.sleep(0.01)\nprint('went on')\n");
  served.wait_for_log(id, "waiting");
  served.close();
  SUBCASE("while the server is away") {
    std::ofstream(gate) << "";
    served.open();
  }
  SUBCASE("after the server is back") {
    served.open();
    CHECK(served.state(served.run(id)) == "RUNNING");
    std::ofstream(gate) << "";
  }
  auto run = served.wait_for_end(id);
  CHECK(served.result(run) == "SUCCESS");
  CHECK(string_or(served.output(id), "logs", "") == "waiting\nwent on\n");
}

TEST_CASE("runs that were accepted but not started run when the server is back, and history is kept") {
  TestWorkspace served;
  served.options.drivers_max = 1;
  served.options.cancel_grace = std::chrono::milliseconds(100);
  served.open();
  auto done = served.submit("");
  served.wait_for_end(done);
  auto first = served.submit(waits_forever);
  served.wait_for_log(first, "waiting");
  auto second = served.submit("print('my turn')\n");
  CHECK(served.state(served.run(second)) == "PENDING");
  served.reopen();
  CHECK(served.result(served.run(done)) == "SUCCESS");
  CHECK(served.state(served.run(second)) == "PENDING");
  served.post("2.1/jobs/runs/cancel", {{"run_id", first}});
  CHECK(served.result(served.wait_for_end(second)) == "SUCCESS");
  CHECK(served.result(served.run(first)) == "CANCELED");
}

TEST_CASE("a cancel that the server did not live to see through is seen through by the next one") {
  Served served;
  served.options.cancel_grace = std::chrono::seconds(30);
  served.reopen();
  auto id = served.submit(
      "import signal\nsignal.signal(signal.SIGTERM, lambda *_: print('asked to leave', flush=True))\n"
      "print('waiting', flush=True)\nwhile True:\n    signal.pause()\n");
  served.wait_for_log(id, "waiting");
  served.post("2.1/jobs/runs/cancel", {{"run_id", id}});
  served.wait_for_log(id, "asked to leave");
  CHECK(served.state(served.run(id)) == "TERMINATING");
  served.reopen();
  auto driver = served.run(id);
  CHECK(served.state(driver) == "TERMINATING");
  auto pid_file = served.options.home / "runs" /
                  std::to_string(int_or(driver.at("tasks").at(0), "run_id", 0)) / "started";
  CHECK(std::filesystem::exists(pid_file));
  served.close();
}

TEST_CASE("tasks run in the order of their dependencies and side by side where they may") {
  Served served;
  for (std::string name : {"a", "b", "c"}) served.put("/" + name + ".py", "print('" + name + "')\n");
  auto task = [](std::string key, JsonArray upstreams) {
    JsonArray edges;
    for (const auto& upstream : upstreams) edges.push_back(JsonObject{{"task_key", upstream}});
    return json{{"task_key", key},
                {"depends_on", edges},
                {"spark_python_task", {{"python_file", "dbfs:/" + key + ".py"}}}};
  };
  auto id = served
                .post("2.1/jobs/runs/submit",
                      {{"tasks", JsonArray{task("c", {"a", "b"}), task("a", {}), task("b", {})}}})
                .integer("run_id");
  CHECK(served.result(served.wait_for_end(id)) == "SUCCESS");
  auto c = served.task(id, "c");
  for (auto key : {"a", "b"})
    CHECK(int_or(c, "start_time", 0) + int_or(c, "setup_duration", 0) >=
          int_or(served.task(id, key), "end_time", 0));
  auto output = served.get("2.1/jobs/runs/get-output?run_id=" + std::to_string(id));
  CHECK(output.status == 400);
  CHECK(served.output(int_or(c, "run_id", 0)).at("logs") == "c\n");
}

TEST_CASE("a failing task is tried again as often as it asks for, each try a run of its own") {
  Served served;
  auto counter = served.folder() / "count";
  std::string source = "open('" + counter.string() + "', 'a').write('x')\nassert len(open('" +
                       counter.string() + "').read()) == 3\n";
  auto id = served.submit(source, {{"max_retries", 2}});
  auto run = served.wait_for_end(id);
  CHECK(served.result(run) == "SUCCESS");
  auto tries = run.at("tasks").get_array();
  REQUIRE(tries.size() == 3);
  CHECK(tries[0].at("state").at("result_state") == "FAILED");
  CHECK(tries[2].at("attempt_number") == 2);
  CHECK(tries[2].at("state").at("result_state") == "SUCCESS");

  std::filesystem::remove(counter);
  CHECK(served.result(served.wait_for_end(served.submit(source, {{"max_retries", 1}}))) == "FAILED");
}

TEST_CASE("parameters may refer to the run and to the job's parameters") {
  Served served;
  served.put("/show.py", "import sys\nprint(*sys.argv[1:])\n");
  JsonArray arguments{"{{job.parameters.region}}", "{{job.run_id}}", "{{nothing}}"};
  json task = {{"task_key", "a"},
               {"spark_python_task", {{"python_file", "dbfs:/show.py"}, {"parameters", arguments}}}};
  json parameter = {{"name", "region"}, {"default", "west"}};
  auto job =
      served.post("2.1/jobs/create", {{"tasks", JsonArray{task}}, {"parameters", JsonArray{parameter}}});
  json body = {{"job_id", job.integer("job_id")}, {"job_parameters", {{"region", "east"}}}};
  auto id = served.post("2.1/jobs/run-now", body).integer("run_id");
  served.wait_for_end(id);
  CHECK(string_or(served.output(id), "logs", "") == "east " + std::to_string(id) + " {{nothing}}\n");
}

TEST_CASE("a job over its limit of runs skips the next one, or queues it when it has a queue") {
  Served served;
  auto skips = served.create_job(waits_forever);
  auto first = served.post("2.1/jobs/run-now", {{"job_id", skips}}).integer("run_id");
  auto second = served.post("2.1/jobs/run-now", {{"job_id", skips}}).integer("run_id");
  auto skipped = served.wait_for_end(second);
  CHECK(served.state(skipped) == "SKIPPED");
  CHECK(served.result(skipped) == "MAXIMUM_CONCURRENT_RUNS_REACHED");
  auto third =
      served.post("2.1/jobs/run-now", {{"job_id", skips}, {"queue", {{"enabled", true}}}}).integer("run_id");
  CHECK(served.state(served.run(third)) == "QUEUED");
  CHECK(served.post("2.1/jobs/run-now", {{"job_id", skips}, {"queue", true}}).message() ==
        "Field 'queue' must be an object, not boolean.");
  served.post("2.1/jobs/runs/cancel", {{"run_id", first}});
  served.wait_for_state(third, "RUNNING");
  served.post("2.1/jobs/runs/cancel-all", {{"job_id", skips}});
  CHECK(served.result(served.wait_for_end(third)) == "CANCELED");
}

TEST_CASE("a run that was cancelled before it began never begins") {
  TestWorkspace served;
  served.options.drivers_max = 1;
  served.options.cancel_grace = std::chrono::milliseconds(100);
  served.open();
  auto first = served.submit(waits_forever);
  auto second = served.submit("open('" + (served.folder() / "ran").string() + "', 'w')\n");
  served.post("2.1/jobs/runs/cancel", {{"run_id", second}});
  CHECK(served.result(served.wait_for_end(second)) == "CANCELED");
  CHECK(served.post("2.1/jobs/runs/delete", {{"run_id", first}}).code() == "INVALID_STATE");
  served.post("2.1/jobs/runs/cancel", {{"run_id", first}});
  served.wait_for_end(first);
  CHECK_FALSE(std::filesystem::exists(served.folder() / "ran"));
}

TEST_CASE("deleting a job cancels its active runs and keeps their history") {
  Served served;
  auto job = served.create_job(waits_forever);
  auto run = served.post("2.1/jobs/run-now", {{"job_id", job}}).integer("run_id");
  served.wait_for_log(run, "waiting");
  REQUIRE(served.post("2.1/jobs/delete", {{"job_id", job}}).status == 200);
  CHECK(served.result(served.wait_for_end(run)) == "CANCELED");
}

TEST_CASE("a start that was recorded but never happened is made good, one that happened is not repeated") {
  Served served;
  auto counter = served.folder() / "count";
  auto id = served.submit("open('" + counter.string() + "', 'a').write('x')\n");
  served.wait_for_end(id);
  auto task_id = int_or(served.task(id, "only"), "run_id", 0);
  served.close();
  // The rows as a server leaves them that is killed between recording a supervisor and telling it to go.
  auto folder = served.options.home / "runs" / std::to_string(task_id);
  {
    auto state = State::open(served.options.home / "workspace.db").value();
    RunStore runs(state);
    for (auto run_id : {id, task_id}) {
      Run run = runs.find(run_id).value().value();
      run.life_cycle = LifeCycle::running;
      run.result = ResultState::unknown;
      run.ended_ms = 0;
      REQUIRE(runs.update(run));
    }
  }
  std::filesystem::remove(folder / "exit");
  std::size_t expected = 1;
  SUBCASE("without the mark of a start") {
    std::filesystem::remove(folder / "started");
    expected = 2;
  }
  SUBCASE("with the mark") {}
  served.open();
  auto run = served.wait_for_end(id);
  CHECK(served.result(run) == (expected == 2 ? "SUCCESS" : "FAILED"));
  CHECK(served.state(run) == (expected == 2 ? "TERMINATED" : "INTERNAL_ERROR"));
  CHECK(read_file(counter)->size() == expected);
}

TEST_CASE("a driver whose supervisor is killed is a driver error, and nothing it started goes on") {
  Served served;
  auto id = served.submit(has_stubborn_child);
  served.wait_for_log(id, "waiting");
  pid_t child = served.printed_pid(id);
  REQUIRE(is_running(child));
  auto task_id = int_or(served.task(id, "only"), "run_id", 0);
  {
    auto state = State::open(served.options.home / "workspace.db").value();
    ::kill(RunStore(state).find(task_id).value().value().supervisor.pid, SIGKILL);
  }
  auto run = served.wait_for_end(id);
  CHECK(served.state(run) == "INTERNAL_ERROR");
  CHECK(run.at("status").at("termination_details").at("code") == "DRIVER_ERROR");
  CHECK_FALSE(is_running(child));
}

TEST_CASE("erasing a workspace ends its drivers and leaves nothing, but never while a server owns it") {
  Served served;
  auto id = served.submit(has_stubborn_child);
  served.wait_for_log(id, "waiting");
  pid_t child = served.printed_pid(id);
  auto refused = erase_workspace(served.options.home);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::conflict);
  served.close();
  REQUIRE(exists(child));
  CHECK(erase_workspace(served.options.home));
  CHECK_FALSE(std::filesystem::exists(served.options.home));
  while (exists(child)) std::this_thread::yield();
}

TEST_CASE("a folder that holds no workspace is not erased") {
  Scratch folder;
  std::ofstream(folder.path() / "letter.txt") << "dear";
  auto refused = erase_workspace(folder.path());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::invalid);
  CHECK(std::filesystem::exists(folder.path() / "letter.txt"));
}
