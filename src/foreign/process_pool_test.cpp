// Workers here are real processes (test_worker.h).
#include "foreign/process_pool.h"

#include "foreign/test_peer.h"
#include "foreign/test_worker.h"
#include "runtime/recording_reports.h"

using namespace weir;
using namespace weir::foreign;
using namespace weir::foreign::testing;
using runtime::AttemptId;
using runtime::testing::RecordingReports;

namespace {

struct World {
  WorkerFolder folder{};
  std::unique_ptr<Loop> loop = make_loop();
  RecordingReports reports{};
  ProcessPool pool{*loop, {.on_message = [](std::string_view, json&) {}}};

  World() { pool.set_tasks(folder.command(), {{"type", "open"}, {"role", "tasks"}}); }

  AttemptId start(std::uint32_t task, const std::string& function) {
    auto attempt = runtime::testing::attempt_of(task, {{"function", function}});
    pool.start({.attempt = attempt, .reports = &reports});
    return attempt.id;
  }
  void turn_until(const std::function<bool()>& holds) { testing::turn_until(*loop, holds); }
  RecordingReports::End end_of(AttemptId attempt) {
    turn_until([&] { return reports.ends_of(attempt) > 0; });
    return reports.end_of(attempt);
  }
};

}  // namespace

TEST_CASE("attempts at the same time have processes of their own, later ones use them again") {
  World world;
  auto first = world.start(1, "pid");
  auto second = world.start(2, "pid");
  auto pids = std::pair{world.end_of(first).value, world.end_of(second).value};
  CHECK(pids.first != pids.second);
  auto third = world.end_of(world.start(3, "pid")).value;
  CHECK((third == pids.first || third == pids.second));
}

TEST_CASE("a process that dies takes one attempt along, and the next has another process") {
  World world;
  auto held = world.start(1, "hold");
  auto killer = world.start(2, "die");
  auto end = world.end_of(killer);
  CHECK(end.failure.why == runtime::Failure::Why::crashed);
  CHECK(end.failure.trace.contains("the last words"));
  CHECK(world.end_of(world.start(3, "pid")).how == "succeeded");
  CHECK(world.reports.ends_of(held) == 0);
}

TEST_CASE("a process that does not heed a cancel is ended, and that is the end of the attempt") {
  World world;
  auto stubborn = world.start(1, "stubborn");
  world.turn_until([&] { return world.reports.logged("task_1, attempt 1 has started"); });
  world.pool.cancel(stubborn);
  CHECK(world.end_of(stubborn).how == "cancelled");
}

TEST_CASE(
    "an attempt that is cancelled before its process is ready never starts, and the process serves the "
    "next") {
  World world;
  auto early = world.start(1, "pid");
  world.pool.cancel(early);
  CHECK(world.end_of(early).how == "cancelled");
  CHECK(world.end_of(world.start(2, "pid")).how == "succeeded");
  CHECK_FALSE(world.reports.logged("task_1, attempt 1 has started"));
}

TEST_CASE("a file that does not load fails the attempt, which is not tried again") {
  World world;
  world.folder.write("refuses", "");
  auto end = world.end_of(world.start(1, "pid"));
  CHECK(end.failure.message == "no such file");
  CHECK_FALSE(end.failure.retryable);
}

TEST_CASE("a process that never says hello counts as crashed") {
  World world;
  world.folder.write("mute", "");
  auto command = world.folder.command();
  command.hello_patience = std::chrono::milliseconds{100};
  world.pool.set_tasks(command, {{"type", "open"}});
  auto end = world.end_of(world.start(1, "pid"));
  CHECK(end.failure.why == runtime::Failure::Why::crashed);
  CHECK(end.failure.message.starts_with("the worker died"));
  CHECK(end.failure.trace.contains("it has said nothing for 100ms"));
}

TEST_CASE("a flow that was typed in has no processes") {
  World world;
  ProcessPool pool(*world.loop, {});
  pool.set_tasks(std::nullopt, {});
  auto attempt = runtime::testing::attempt_of(1, {{"function", "pid"}});
  pool.start({.attempt = attempt, .reports = &world.reports});
  CHECK(world.end_of(attempt.id).failure.message.contains("needs a flow in a file"));
}
