#include "workers/process_executor.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/recording_reports.h"

using namespace weir;
using namespace weir::workers;
using namespace weir::runtime::testing;
using runtime::Level;

namespace {

struct World {
  RecordingReports reports{};
  std::unique_ptr<runtime::Executor> executor = make_process_executor();
  std::uint32_t tasks = 0;

  runtime::AttemptId start(json inputs) {
    auto attempt = attempt_of(++tasks, std::move(inputs));
    executor->start(attempt, reports);
    return attempt.id;
  }
  json value_of(json inputs) { return reports.value_of(start(std::move(inputs))); }
  runtime::Failure failure_of(json inputs) { return reports.failure_of(start(std::move(inputs))); }
};

json shell(const std::string& script) { return {{"argv", JsonArray{"sh", "-c", json(script)}}}; }

json shell_json(const std::string& script) {
  json inputs = shell(script);
  inputs.as_object()["output"] = "json";
  return inputs;
}

}  // namespace

TEST_CASE("a program that succeeds gives its output as the result") {
  World world;
  CHECK(world.value_of(shell("echo hello; echo there")) ==
        json{{"exit_code", 0}, {"stdout", "hello\nthere"}});
}

TEST_CASE("a list in place of the inputs is the argument vector, and passes to the program untouched") {
  World world;
  json argv = JsonArray{"printf", "%s|", "$HOME", "-x", 8080, 0.5, true, "a b;c"};
  CHECK(world.value_of(argv).at("stdout") == "$HOME|-x|8080|0.5|true|a b;c|");
}

TEST_CASE("a program knows its run, task and attempt, and the variables of its task") {
  World world;
  json inputs =
      shell("echo $WEIR_RUN_ID $WEIR_RUN_NAME $WEIR_TASK $WEIR_ATTEMPT $WEIR_ATTEMPT_TOKEN $COLOUR; pwd");
  inputs.as_object()["env"] = {{"COLOUR", "green"}, {"WEIR_TASK", "mine"}};
  inputs.as_object()["directory"] = "/";
  CHECK(world.value_of(inputs).at("stdout") == "018f-run brave-otter task_1 1 token-1 green\n/");
}

TEST_CASE("a program runs where its run began, and finds a relative folder from there") {
  World world;
  auto run_in = [&](const char* began, json inputs) {
    auto attempt = attempt_of(++world.tasks, std::move(inputs));
    attempt.directory = began;
    world.executor->start(attempt, world.reports);
    return world.reports.value_of(attempt.id).at("stdout");
  };
  json inputs = shell("pwd");
  CHECK(run_in("/usr", inputs) == "/usr");
  CHECK(run_in("/", json{{"argv", JsonArray{"sh", "-c", "pwd"}}, {"directory", "dev"}}) == "/dev");
  inputs.as_object()["directory"] = "/";
  CHECK(run_in("/usr", inputs) == "/");
}

TEST_CASE("output lines are logged, those of standard error as warnings") {
  World world;
  world.value_of(shell("echo one; echo oops >&2"));
  for (const auto& line : world.reports.lines()) {
    CHECK(line.text == (line.level == Level::info ? "one" : "oops"));
  }
  CHECK(world.reports.lines().size() == 2);
}

TEST_CASE("output that is not UTF-8 is made so") {
  World world;
  CHECK(world.value_of(shell(R"(printf 'a\377b')")).at("stdout") ==
        "a\xEF\xBF\xBD"
        "b");
  CHECK(world.reports.lines().at(0).text ==
        "a\xEF\xBF\xBD"
        "b");
}

TEST_CASE("of much output the end is kept, and the log says so") {
  World world;
  auto value = world.value_of(shell("head -c 3000000 /dev/zero | tr '\\0' x; echo END"));
  const auto& text = value.at("stdout").as_string();
  CHECK(text.size() == 1024 * 1024 - 1);  // the newline is trimmed
  CHECK(text.ends_with("xEND"));
  CHECK(world.reports.lines().back().level == Level::warning);
}

TEST_CASE("a program that fails says with which code and shows the end of its errors") {
  World world;
  auto failure = world.failure_of(shell("seq 30 >&2; exit 3"));
  CHECK(failure.message == "exited with code 3");
  CHECK(failure.trace.starts_with("11\n12\n"));
  CHECK(failure.trace.ends_with("\n30"));
  CHECK(failure.detail == json{{"exit_code", 3}});
  CHECK(failure.retryable);
}

TEST_CASE("a program can say by its exit code that there is nothing to do") {
  World world;
  auto skipping = [&](const std::string& script, int code) {
    json inputs = shell(script);
    inputs.as_object()["skip_exit_code"] = code;
    return world.reports.end_of(world.start(inputs));
  };
  auto skipped = skipping("exit 99", 99);
  CHECK(skipped.how == "skipped");
  CHECK(skipped.value == json("exited with code 99"));
  CHECK(skipping("exit 98", 99).how == "failed");
  CHECK(skipping("true", 99).how == "succeeded");
  CHECK(skipping("kill -9 $$", 99).how == "failed");
  CHECK(skipping("true", 0).failure.message == "skip_exit_code must be from 1 to 255, not 0");
}

TEST_CASE("a program that is killed says by which signal") {
  World world;
  auto failure = world.failure_of(shell("kill -KILL $$"));
  CHECK(failure.message == "killed by signal 9 (SIGKILL)");
  CHECK(failure.detail == json{{"exit_code", 137}, {"signal", 9}});
}

TEST_CASE("with JSON output the value is what the program says, however long the line") {
  World world;
  CHECK(world.value_of(shell_json("echo '{\"rows\": [1, 2]}'")) == json{{"rows", {1, 2}}});
  auto text = world.value_of(shell_json("printf '\"'; head -c 300000 /dev/zero | tr '\\0' x; printf '\"'"));
  CHECK(text.as_string().size() == 300'000);
}

TEST_CASE("with JSON output anything else is a failure that tells what was wrong") {
  World world;
  auto failure = world.failure_of(shell_json("echo 'rows: 3'"));
  CHECK(failure.message.starts_with("standard output is not the JSON that was expected: 1:1: "));
  CHECK(failure.trace == "rows: 3");
  CHECK(world.failure_of(shell_json("true")).message == "standard output is empty where JSON was expected");
  CHECK(world.failure_of(shell_json("echo 1; exit 4")).message == "exited with code 4");
}

TEST_CASE("what cannot be started fails with the reason, and is not tried again") {
  World world;
  auto failure = world.failure_of({{"argv", JsonArray{"no-such-program"}}});
  CHECK(failure.message.starts_with("program 'no-such-program' was not found on PATH"));
  CHECK_FALSE(failure.retryable);

  CHECK(world.failure_of({{"argv", JsonArray{"sh", JsonArray{}}}})
            .message.starts_with("argv[1] is an array, not text"));
  CHECK(world.failure_of({{"argv", JsonArray{}}}).message.starts_with("the command is empty"));
  json odd = shell("true");
  odd.as_object()["output"] = "jsn";
  CHECK(world.failure_of(odd).message == "output 'jsn' is not known (did you mean 'json'?)");
  json misspelt = shell("true");
  misspelt.as_object()["enw"] = JsonObject{};
  CHECK(world.failure_of(misspelt).message == "'process' has no field 'enw' (did you mean 'env'?)");
}

TEST_CASE("cancelling ends the program and reports that it was cancelled") {
  World world;
  auto attempt =
      world.start(shell("trap 'echo bye; exit 0' TERM; sh -c 'echo ready; exec tail -f /dev/null' & wait"));
  world.reports.wait_for_log("ready");
  world.executor->cancel(attempt);
  CHECK(world.reports.was_cancelled(attempt));
  CHECK(world.reports.lines().back().text == "bye");
}

TEST_CASE("cancelling right after the start, or after the end, does no harm") {
  World world;
  auto attempt = world.start(shell("exec tail -f /dev/null"));
  world.executor->cancel(attempt);
  world.executor->cancel(attempt);
  CHECK(world.reports.was_cancelled(attempt));
  world.executor->cancel(attempt);
  world.executor->cancel({9, 9, 9});
  world.value_of(shell("true"));
  CHECK(world.reports.ends_of(attempt) == 1);
}

TEST_CASE("destroying the executor kills what is running") {
  World world;
  world.start(shell("echo $$; echo ready; exec tail -f /dev/null"));
  world.reports.wait_for_log("ready");
  const int pid = std::stoi(world.reports.lines().at(0).text);
  const int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  REQUIRE(pidfd >= 0);
  world.executor.reset();
  pollfd watched{pidfd, POLLIN, 0};
  CHECK(::poll(&watched, 1, 30'000) == 1);
  ::close(pidfd);
}

TEST_CASE("many programs run at once") {
  World world;
  std::vector<runtime::AttemptId> attempts;
  for (int i = 0; i < 40; ++i) attempts.push_back(world.start(shell("echo " + std::to_string(i))));
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    CHECK(world.reports.value_of(attempts[i]).at("stdout") == json(std::to_string(i)));
  }
}
