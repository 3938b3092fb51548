#include "cli/progress.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "cli/shown_text.h"

using namespace weir;
using namespace weir::cli;
using namespace weir::core;

namespace {

/// A run and what `weir run` shows of it where standard error is no terminal.
struct World {
  testing::ShownText shown{};
  Progress progress{shown.terminal, false};
  Run run{};
  Instant now{std::chrono::seconds{1'700'000'000}};

  explicit World(std::size_t tasks) {
    RunStarted about;
    about.name = "brave-otter";
    about.flow = "tutorial";
    apply(about);
    for (std::size_t i = 0; i < tasks; ++i) {
      TaskSpec spec;
      spec.key = fmt::format("task-{}", i);
      spec.kind = "process";
      apply(TaskAdded{std::make_shared<const TaskSpec>(spec)});
    }
    apply(GraphClosed{});
  }

  void apply(Fact fact) {
    Event event{now, std::move(fact)};
    run.apply(event);
    progress.on_event(run, event);
  }

  void succeed(TaskIndex task) {
    apply(AttemptStarted{task, run.attempts(task) + 1});
    apply(AttemptSucceeded{task, run.attempts(task)});
  }

  void fail(TaskIndex task, const std::string& message, std::optional<Duration> again_in = {}) {
    apply(AttemptStarted{task, run.attempts(task) + 1});
    Failure failure;
    failure.message = message;
    apply(AttemptFailed{task, run.attempts(task), failure,
                        again_in ? std::optional(now + *again_in) : std::nullopt});
  }

  std::vector<std::string> lines() const { return shown.people.lines(); }
};

std::size_t count_of(const std::vector<std::string>& lines, std::string_view part) {
  return static_cast<std::size_t>(
      std::ranges::count_if(lines, [&](const auto& line) { return line.find(part) != std::string::npos; }));
}

}  // namespace

TEST_CASE("a task gets its line when it has ended, with sign, word and what it printed") {
  World world(2);
  world.progress.on_output(0, "info", "hello");
  world.succeed(0);
  world.fail(1, "ValueError: boom");
  auto lines = world.lines();
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].starts_with("✓ task-0"));
  CHECK(lines[1] == "  │ hello");
  CHECK(lines[2].starts_with("✗ task-1"));
  CHECK(lines[2].find("failed") != std::string::npos);
  CHECK(lines[3] == "  │ ValueError: boom");
}

TEST_CASE("an attempt that will be tried again says why, and when") {
  World world(1);
  world.fail(0, "ValueError: boom", std::chrono::seconds(10));
  CHECK(world.lines().back() == "↻ task-0  ValueError: boom; attempt 2 in 10.0s");
}

TEST_CASE("of much output the last lines are shown, and how many came before") {
  World world(1);
  for (int i = 1; i <= 100; ++i) world.progress.on_output(0, "info", fmt::format("line {}", i));
  world.succeed(0);
  auto lines = world.lines();
  REQUIRE(lines.size() == 32);
  CHECK(lines[1] == "  │ … 70 lines before, see runs logs");
  CHECK(lines[2] == "  │ line 71");
  CHECK(lines[31] == "  │ line 100");
}

TEST_CASE(
    "however many tasks there are, the lines are bounded, failures come first, and the rest is counted") {
  World world(10'000);
  for (TaskIndex task = 0; task < 9'000; ++task) world.succeed(task);
  for (TaskIndex task = 9'000; task < 10'000; ++task) world.fail(task, "boom");
  world.apply(RunFinished{RunState::failed});
  world.progress.end(world.run, "weir");
  auto lines = world.lines();
  CHECK(lines.size() < 500);
  CHECK(count_of(lines, "✗ task-") == 50);
  CHECK(count_of(lines, "further tasks are counted, not listed") == 1);
  CHECK(count_of(lines, "tasks [####################] 10,000/10,000  1,000 failed") == 1);
}

TEST_CASE("who joins a run sees first what has ended") {
  World world(3);
  world.succeed(0);
  testing::ShownText shown;
  Progress late(shown.terminal, false);
  late.begin(world.run, "watching", "file:///page.html");
  auto lines = shown.people.lines();
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "watching tutorial · run brave-otter");
  CHECK(lines[1] == "file:///page.html");
  CHECK(lines[2].starts_with("✓ task-0"));
}
