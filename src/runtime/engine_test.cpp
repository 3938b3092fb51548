// The engine with its real loop and SQLite store, and an executor that does what the test says.
#include <deque>
#include <thread>

#include "runtime/test_process.h"

using namespace weir;
using namespace weir::runtime;
using namespace weir::runtime::testing;
using namespace std::chrono_literals;

TEST_CASE("a run of tasks that pass data ends with every result") {
  Scratch scratch;
  Process process(scratch.path(), echo);
  std::vector<core::TaskSpec> tasks = {task("a", {}, core::hole({"parameters", "n"})),
                                       task("b", {"a"}, {{"seen", core::hole({"tasks", "a", "result"})}})};
  REQUIRE(process.engine().start(about({{"n", 5}}), tasks, true));
  process.run_to_end();
  CHECK(process.run().state() == core::RunState::succeeded);
  CHECK(*process.run().value(1) == json{{"seen", 5}});
}

TEST_CASE("executors are told once that a run has ended") {
  Scratch scratch;
  Process process(scratch.path(), echo);
  auto run = process.engine().start(about(), {task("a"), task("b", {"a"})}, true);
  CHECK(process.executor().ended.empty());
  process.run_to_end();
  CHECK(process.executor().ended == std::vector{run.value()});
}

TEST_CASE("a graph that is wrong is refused whole and leaves no run behind") {
  Scratch scratch;
  Process process(scratch.path(), echo);
  core::TaskSpec odd = task("b");
  odd.kind = "wrok";
  auto refused = process.engine().start(about(), {task("a"), odd}, true);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().hint == "did you mean 'work'?");
  CHECK_FALSE(process.engine().start(about(), {task("a", {"missing"})}, true));
  CHECK_FALSE(process.engine().start(about(), {task("a"), task("a")}, true));
  CHECK(process.store().list_runs(10).value().empty());
}

TEST_CASE("tasks may be added while the run goes on, and the same declaration again is the same task") {
  Scratch scratch;
  Process process(scratch.path(), echo);
  auto slot = process.engine().start(about(), {}, false).value();
  process.engine().add_task(slot, task("a", {}, 1));
  process.engine().add_task(slot, task("a", {}, 1));
  process.engine().add_task(slot, task("b", {"a"}, 2));
  process.engine().close(slot);
  process.run_to_end();
  CHECK(process.run().state() == core::RunState::succeeded);
  CHECK(process.run().size() == 2);
}

TEST_CASE("a second declaration of a task that differs makes the run fail and says which") {
  Scratch scratch;
  Process process(scratch.path(), echo);
  auto slot = process.engine().start(about(), {}, false).value();
  process.engine().add_task(slot, task("a", {}, 1));
  process.engine().add_task(slot, task("a", {}, 2));
  process.run_to_end();
  CHECK(process.run().state() == core::RunState::failed);
  CHECK(process.run().body_error()->message.find("'a'") != std::string::npos);
}

TEST_CASE("who logs faster than lines can be written waits, and nothing is lost") {
  Scratch scratch;
  std::jthread chatter;
  Process process(scratch.path(), [&](const Attempt& attempt, Reports& reports) {
    chatter = std::jthread([&reports, id = attempt.id] {
      for (int i = 0; i < 100; ++i) reports.log(id, Level::info, std::string(1024 * 1024, 'x'));
      reports.succeeded(id, nullptr);
    });
  });
  REQUIRE(process.engine().start(about(), {task("a")}, true));
  process.run_to_end();
  CHECK(process.logged.size() == 100);
}

TEST_CASE("lines that cannot wait are counted, and memory stays bounded") {
  Scratch scratch;
  Process process(scratch.path(), [](const Attempt& attempt, Reports& reports) {
    for (int i = 0; i < 100; ++i) reports.log(attempt.id, Level::info, std::string(1024 * 1024, 'x'));
    reports.succeeded(attempt.id, nullptr);
  });
  REQUIRE(process.engine().start(about(), {task("a")}, true));
  process.run_to_end();
  REQUIRE(process.logged.size() == 32);
  CHECK(process.logged.back() == "69 lines were not kept: they came faster than they could be written");
}

TEST_CASE("lines that an attempt logs come before its end and are kept") {
  Scratch scratch;
  Process process(scratch.path(), [](const Attempt& attempt, Reports& reports) {
    reports.log(attempt.id, Level::info, "working");
    reports.succeeded(attempt.id, nullptr);
    reports.log(attempt.id, Level::info, "too late");
  });
  REQUIRE(process.engine().start(about(), {task("a")}, true));
  process.run_to_end();
  CHECK(process.logged == std::vector<std::string>{"working"});
  CHECK(store::TaskLog(scratch.path() / "logs").read(process.run().about().id, "a", 1).size() == 1);
}

TEST_CASE("a retry waits for its delay and then runs") {
  Scratch scratch;
  Process process(scratch.path(), [](const Attempt& attempt, Reports& reports) {
    if (attempt.id.number == 3) return reports.succeeded(attempt.id, attempt.id.number);
    reports.failed(attempt.id, {Failure::Why::error, "not yet", "", nullptr, true});
  });
  auto spec = task("a");
  spec.policy.retry = {.count = 2, .delays = {5ms}};
  REQUIRE(process.engine().start(about(), {spec}, true));
  process.run_to_end();
  CHECK(process.run().state() == core::RunState::succeeded);
  CHECK(process.run().attempts(0) == 3);
}

TEST_CASE("an attempt is ended when its time is up") {
  Scratch scratch;
  Process process(scratch.path(), [](const Attempt&, Reports&) {});
  auto spec = task("a");
  spec.policy.timeout = 5ms;
  REQUIRE(process.engine().start(about(), {spec}, true));
  process.run_to_end();
  CHECK(process.run().failure(0)->why == Failure::Why::timeout);
}

TEST_CASE("a run that lost its process is taken up by another: done work stays done, local work runs again") {
  Scratch scratch;
  std::vector<std::string> started;
  auto body = [&](bool alive) {
    return [&, alive](const Attempt& attempt, Reports& reports) {
      started.push_back(attempt.task);
      if (alive || attempt.task == "a") reports.succeeded(attempt.id, attempt.task.c_str());
    };
  };
  std::string name;
  {
    Process process(scratch.path(), body(false));
    REQUIRE(process.engine().start(about(), {task("a"), task("b", {"a"})}, true));
    process.run_until([&] { return process.run().state(1) == core::TaskState::running; });
    name = process.run().about().name;
  }
  Process process(scratch.path(), body(true));
  REQUIRE(process.engine().resume(name));
  process.run_to_end();
  CHECK(process.run().state() == core::RunState::succeeded);
  CHECK(started == std::vector<std::string>{"a", "b", "b"});
  CHECK(process.run().attempts(1) == 2);
}

TEST_CASE("an external attempt keeps its token, its frozen intent and its remote id across processes") {
  Scratch scratch;
  std::vector<Attempt> seen;
  {
    Process process(
        scratch.path(),
        [&](const Attempt& attempt, Reports& reports) {
          seen.push_back(attempt);
          reports.intend(attempt.id, {{"body", "frozen"}},
                         [&reports, id = attempt.id] { reports.attached(id, {{"run_id", 7}}); });
        },
        true);
    REQUIRE(process.engine().start(about(), {task("a")}, true));
    process.run_until([&] { return process.run().remote(0) != nullptr; });
  }
  Process process(
      scratch.path(),
      [&](const Attempt& attempt, Reports& reports) {
        seen.push_back(attempt);
        reports.succeeded(attempt.id, nullptr);
      },
      true);
  auto name = process.store().list_runs(1).value().front().name;
  REQUIRE(process.engine().resume(name));
  process.run_to_end();
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].token.size() <= 64);
  CHECK(seen[1].token == seen[0].token);
  CHECK(seen[1].id.number == 1);
  CHECK(seen[1].intent == json{{"body", "frozen"}});
  CHECK(seen[1].remote == json{{"run_id", 7}});
}

TEST_CASE("a run that a living process holds cannot be taken over") {
  Scratch scratch;
  Process first(scratch.path(), [](const Attempt&, Reports&) {});
  REQUIRE(first.engine().start(about(), {task("a")}, true));
  Process second(scratch.path(), echo);
  auto refused = second.engine().resume(first.run().about().name);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::conflict);
}

TEST_CASE("a cancelled run ends when its attempts have ended") {
  Scratch scratch;
  Process process(scratch.path(), [](const Attempt&, Reports&) {});
  auto slot = process.engine().start(about(), {task("a"), task("b", {"a"})}, true).value();
  process.run_until([&] { return process.run().state(0) == core::TaskState::running; });
  process.engine().cancel(slot);
  process.run_to_end();
  CHECK(process.run().state() == core::RunState::cancelled);
}

TEST_CASE("a run that is cancelled by a process about to leave still cleans up") {
  Scratch scratch;
  Process process(scratch.path(), [](const Attempt& attempt, Reports& reports) {
    if (attempt.task == "clean") reports.succeeded(attempt.id, nullptr);
  });
  auto clean = task("clean", {"a"});
  clean.policy.cleanup = true;
  auto slot = process.engine().start(about(), {task("a"), clean, task("b", {"a"})}, true).value();
  process.run_until([&] { return process.run().state(0) == core::TaskState::running; });
  process.engine().hold();
  process.engine().cancel(slot);
  process.run_to_end();
  CHECK(process.run().state(1) == core::TaskState::succeeded);
  CHECK(process.run().state(2) == core::TaskState::cancelled);
  CHECK(process.run().state() == core::RunState::cancelled);
}

TEST_CASE("thousands of tasks in one run all end, in few turns") {
  Scratch scratch;
  Process process(scratch.path(), echo);
  std::vector<core::TaskSpec> tasks;
  for (int i = 0; i < 5000; ++i) tasks.push_back(task("t" + std::to_string(i), {}, i));
  REQUIRE(process.engine().start(about(), tasks, true));
  process.run_to_end();
  CHECK(process.run().state() == core::RunState::succeeded);
  CHECK(*process.run().value(4999) == json(4999));
}
