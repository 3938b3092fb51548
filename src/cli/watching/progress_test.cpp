#include "cli/watching/progress.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "cli/terminal/shown_text.h"

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

  explicit World(std::size_t tasks, bool closed = true) {
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
    if (closed) apply(GraphClosed{});
  }

  /// Adds a mapped task that expands to `count` elements; answers its head.
  TaskIndex map(const std::string& key, std::uint32_t count) {
    TaskSpec spec;
    spec.key = key;
    spec.kind = "process";
    spec.map = json(JsonArray{});
    apply(TaskAdded{std::make_shared<const TaskSpec>(spec)});
    auto head = *run.index_of(key);
    apply(StageExpanded{head, count});
    return head;
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

TEST_CASE("a mapped task of a hundred thousand elements is one line and its first failures") {
  World world(0, false);
  auto head = world.map("clean", 100'000);
  auto first = world.run.stage(0).first;
  for (std::uint32_t i = 0; i < 99'000; ++i) {
    world.progress.on_output(first + i, "info", "chatter");
    world.succeed(first + i);
  }
  for (std::uint32_t i = 99'000; i < 100'000; ++i) world.fail(first + i, "boom");
  world.apply(StageEnded{head, TaskState::failed});
  auto lines = world.lines();
  CHECK(count_of(lines, "✗ clean[") == 20);
  CHECK(lines[0].starts_with("✗ clean[99000]"));
  CHECK(lines[1] == "  │ boom");
  CHECK(count_of(lines, "chatter") == 0);
  CHECK(lines.back().starts_with("✗ clean"));
  CHECK(lines.back().ends_with("failed  [####################] 100,000/100,000  1,000 failed"));
  CHECK(lines.size() == 41);
}

TEST_CASE("what was skipped, cached or paused is told in words") {
  World world(2);
  world.apply(TaskCached{0, json(1), "run-0"});
  world.apply(TaskSkipped{1, "its condition does not hold"});
  world.apply(RunPaused{});
  auto lines = world.lines();
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].starts_with("✓ task-0"));
  CHECK(lines[0].find("cached") != std::string::npos);
  CHECK(lines[1].starts_with("– task-1"));
  CHECK(lines[1].find("skipped  its condition does not hold") != std::string::npos);
  CHECK(lines[2].starts_with("‖ paused"));
}
