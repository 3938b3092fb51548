// Workers here are real processes (test_worker.h).
#include "foreign/fleet.h"

#include <csignal>
#include <set>

#include "foreign/test_peer.h"
#include "foreign/test_worker.h"
#include "runtime/recording_reports.h"

using namespace weir;
using namespace weir::foreign;
using namespace weir::foreign::testing;
using namespace std::chrono_literals;
using runtime::AttemptId;
using runtime::testing::RecordingReports;

namespace {

struct World final : Listener {
  WorkerFolder folder{};
  WorkerCommand command = folder.command();
  std::unique_ptr<Loop> loop = make_loop();
  RecordingReports reports{};
  Fleet fleet{*loop};
  int hellos = 0;
  bool replaces = true;
  pid_t pid = 0;
  std::optional<std::int64_t> pong{};
  std::optional<std::string> last_words{};
  std::set<std::uint32_t> undeclared{};

  void begin() {
    REQUIRE(fleet.start_body(command, *this));
    turn_until([this] { return hellos == 1; });
  }

  void on_message(std::string_view type, json& message) override {
    if (type == "hello") {
      ++hellos;
      pid = static_cast<pid_t>(int_or(message, "pid", 0));
      fleet.set_room(4, 4);
      fleet.set_ready();
    } else if (type == "pong") {
      pong = int_or(message, "in_hand", -1);
    }
  }
  bool has_declared(AttemptId attempt) const override { return !undeclared.contains(attempt.task); }
  bool on_gone(const std::string& words) override {
    last_words = words;
    return replaces && fleet.start_body(command, *this).has_value();
  }

  AttemptId start(std::uint32_t task, const std::string& function, std::uint32_t number = 1) {
    auto attempt = runtime::testing::attempt_of(task, {{"function", function}, {"arguments", {{"n", task}}}});
    attempt.id.number = number;
    fleet.start(Place::threads, {.attempt = attempt, .reports = &reports});
    return attempt.id;
  }

  void turn_until(const std::function<bool()>& holds) { testing::turn_until(*loop, holds); }
  RecordingReports::End end_of(AttemptId attempt) {
    turn_until([&] { return reports.ends_of(attempt) > 0; });
    return reports.end_of(attempt);
  }
  void wait_for_log(const std::string& part) {
    turn_until([&] { return reports.logged(part); });
  }

  /// Attempts that the worker is at, everything that was sent to it included.
  std::int64_t in_hand() {
    pong.reset();
    fleet.say(R"({"type":"ping"})");
    turn_until([this] { return pong.has_value(); });
    return *pong;
  }
};

}  // namespace

TEST_CASE("a worker runs attempts and tells how they ended") {
  World world;
  world.begin();
  CHECK(world.end_of(world.start(1, "echo")).value == json{{"n", 1}});
  auto failed = world.end_of(world.start(2, "fail"));
  CHECK(failed.failure.message == "ValueError: boom");
  CHECK_FALSE(failed.failure.retryable);
  auto skipped = world.end_of(world.start(3, "skip"));
  CHECK(skipped.how == "skipped");
  CHECK(skipped.value == json("no rows"));
}

TEST_CASE("attempts wait for a worker that has not begun yet") {
  World world;
  auto early = world.start(1, "echo");
  CHECK_FALSE(world.reports.has_ended());
  world.begin();
  CHECK(world.end_of(early).how == "succeeded");
}

TEST_CASE("messages of unknown types and of wrong shapes are passed over") {
  World world;
  world.begin();
  CHECK(world.end_of(world.start(1, "odd")).how == "failed");
  CHECK(world.end_of(world.start(2, "echo")).how == "succeeded");
  CHECK(world.hellos == 1);
}

TEST_CASE(
    "a worker that is killed takes its attempts along as crashed, with its last words, and is replaced") {
  World world;
  world.begin();
  auto held = world.start(1, "hold");
  world.wait_for_log("task_1, attempt 1 has started");
  auto killer = world.start(2, "die");
  for (auto attempt : {held, killer}) {
    auto end = world.end_of(attempt);
    CHECK(end.failure.why == runtime::Failure::Why::crashed);
    CHECK(end.failure.message == "the worker died: the process was ended by signal 9 (Killed)");
    CHECK(end.failure.trace.contains("the last words"));
  }
  CHECK(world.end_of(world.start(3, "echo")).how == "succeeded");
  CHECK(world.hellos == 2);
}

TEST_CASE("a worker that is killed from outside is replaced") {
  World world;
  world.begin();
  auto held = world.start(1, "hold");
  world.wait_for_log("task_1, attempt 1 has started");
  ::kill(world.pid, SIGKILL);
  CHECK(world.end_of(held).failure.why == runtime::Failure::Why::crashed);
  world.turn_until([&] { return world.hellos == 2; });
}

TEST_CASE("a worker that says what is no message is ended, and its attempts have crashed of that") {
  World world;
  world.begin();
  auto babbler = world.start(1, "babble");
  CHECK(
      world.end_of(babbler).failure.message.contains("what it said cannot be understood: a line is no JSON"));
}

TEST_CASE("a worker that leaves by itself says with which code") {
  World world;
  world.begin();
  CHECK(world.end_of(world.start(1, "leave")).failure.message ==
        "the worker died: the process ended with code 3");
}

TEST_CASE("what died with a worker runs alone, one after the other, and then the rest goes on") {
  World world;
  world.begin();
  for (std::uint32_t task : {1, 2}) world.start(task, "hold");
  world.end_of(world.start(3, "die"));
  world.turn_until([&] { return world.hellos == 2; });

  auto neighbour = world.start(4, "hold", 1);
  CHECK(world.in_hand() == 1);
  auto first = world.start(1, "hold", 2);
  auto second = world.start(2, "hold", 2);
  world.start(5, "hold");
  CHECK(world.in_hand() == 1);  // the neighbour; a suspect waits until it is alone
  CHECK(world.fleet.capacity(Place::threads) == 0);
  world.fleet.cancel(neighbour);
  world.wait_for_log("task_1, attempt 2 has started");
  CHECK(world.in_hand() == 1);
  world.fleet.cancel(first);
  world.wait_for_log("task_2, attempt 2 has started");
  CHECK(world.in_hand() == 1);
  CHECK_FALSE(world.reports.logged("task_5, attempt 1 has started"));
  world.fleet.cancel(second);
  world.wait_for_log("task_5, attempt 1 has started");
  world.start(6, "hold");
  CHECK(world.in_hand() == 2);
  CHECK(world.fleet.capacity(Place::threads) >= 4);
}

TEST_CASE("a suspect that never comes back keeps nobody waiting") {
  World world;
  world.begin();
  world.end_of(world.start(1, "die"));
  world.turn_until([&] { return world.hellos == 2; });
  for (std::uint32_t task : {2, 3, 4}) world.start(task, "hold");
  CHECK(world.in_hand() == 3);
}

TEST_CASE("a suspect that is cancelled while it waits to be alone lets the rest go on") {
  World world;
  world.begin();
  world.end_of(world.start(1, "die"));
  world.turn_until([&] { return world.hellos == 2; });
  world.start(2, "hold");
  auto suspect = world.start(1, "hold", 2);
  world.start(3, "hold");
  CHECK(world.in_hand() == 1);
  world.fleet.cancel(suspect);
  CHECK(world.end_of(suspect).how == "cancelled");
  CHECK(world.in_hand() == 2);
}

TEST_CASE("a worker that does not heed a cancel is ended: that attempt has ended, the others are lost") {
  World world;
  world.begin();
  auto neighbour = world.start(1, "hold");
  auto stubborn = world.start(2, "stubborn");
  auto stubborn_too = world.start(3, "stubborn");
  CHECK(world.in_hand() == 3);
  world.fleet.cancel(stubborn);
  world.fleet.cancel(stubborn_too);
  CHECK(world.end_of(stubborn).how == "cancelled");
  CHECK(world.end_of(stubborn_too).how == "cancelled");
  CHECK(world.end_of(neighbour).how == "lost");
  CHECK(world.reports.logged("did not heed its cancel; it runs again"));

  world.turn_until([&] { return world.hellos == 2; });
  world.start(1, "hold", 2);
  world.start(4, "hold");
  CHECK(world.in_hand() == 2);  // it is known who was to blame: nobody is a suspect
}

TEST_CASE("a program that started us is not ended for a cancel that it does not heed") {
  World world;
  Peer peer(*world.loop);
  world.fleet.adopt_body(peer.take_socket(), world);
  peer.say(R"({"type":"hello"})");
  world.turn_until([&] { return world.hellos == 1; });
  auto attempt = world.start(1, "hold");
  peer.next("start");
  world.fleet.cancel(attempt);
  CHECK(peer.next("cancel").at("why") == json("cancel"));
  CHECK_FALSE(world.reports.has_ended());
  peer.say(R"({"type":"cancelled","id":0})");
  CHECK(world.end_of(attempt).how == "cancelled");
}

TEST_CASE("an attempt whose time is over is told so") {
  World world;
  Peer peer(*world.loop);
  world.fleet.adopt_body(peer.take_socket(), world);
  peer.say(R"({"type":"hello"})");
  world.turn_until([&] { return world.hellos == 1; });
  auto attempt = runtime::testing::attempt_of(1, {{"function", "f"}});
  attempt.deadline = SystemClock{}.now();
  world.fleet.start(Place::threads, {.attempt = attempt, .reports = &world.reports});
  world.fleet.cancel(attempt.id);
  CHECK(peer.next("cancel").at("why") == json("timeout"));
}

TEST_CASE("a worker that never says hello is ended after a while") {
  World world;
  world.folder.write("mute", "");
  world.command.hello_patience = 100ms;
  world.replaces = false;
  REQUIRE(world.fleet.start_body(world.command, world));
  world.turn_until([&] { return world.last_words.has_value(); });
  CHECK(world.last_words->contains("it has said nothing for 100ms and was ended"));
}

TEST_CASE("when no further worker comes, attempts crash at once instead of waiting for ever") {
  World world;
  world.begin();
  world.replaces = false;
  auto killer = world.start(1, "die");
  world.end_of(killer);
  CHECK(world.end_of(world.start(1, "hold", 2)).failure.why == runtime::Failure::Why::crashed);
}

TEST_CASE("an attempt waits until the body has its task, and takes nobody's place meanwhile") {
  World world;
  world.begin();
  world.undeclared = {1, 2};
  auto before = world.fleet.capacity(Place::threads);
  for (std::uint32_t task : {1, 2}) world.start(task, "hold");
  CHECK(world.in_hand() == 0);
  CHECK(world.fleet.capacity(Place::threads) == before + 2);
  world.undeclared = {2};
  world.fleet.note_declared();
  world.wait_for_log("task_1, attempt 1 has started");
  CHECK(world.in_hand() == 1);
  CHECK(world.fleet.capacity(Place::threads) == before + 1);
}

TEST_CASE("a program that cannot be started is an error that names it") {
  World world;
  world.command.python = "/nowhere/python";
  auto started = world.fleet.start_body(world.command, world);
  REQUIRE_FALSE(started);
  CHECK(to_text(started.error()).contains("/nowhere/python"));
}
