#include "api/test_process.h"

using namespace weir;
using namespace weir::api::testing;
using namespace std::chrono_literals;

namespace {

const auto fine = task("fine", [] { return 1; });
const auto bad = task("bad", []() -> int { throw std::runtime_error("boom"); }, {.retries = 1});

/// What the hooks of a flow are told; read it when the run has ended.
struct Told {
  std::vector<std::string> lines{};
  Hook as(std::string name) {
    return [this, name](const StateChange& change) {
      lines.push_back(name + " " + (change.task.empty() ? "run" : change.task) + " " +
                      std::string(name_of(change.state)) + (change.why.empty() ? "" : ": " + change.why));
    };
  }
};

struct World {
  Scratch scratch{};
  Process process{scratch.path()};
  Told told{};
};

}  // namespace

TEST_CASE("hooks are told how a run ends, each of what it wants to know") {
  World world;
  auto hooked = [&](std::function<void()> body) {
    world.process.run(
        flow("f", body).on_failure(world.told.as("failure")).on_success(world.told.as("success")));
  };
  hooked([] { fine(); });
  hooked([] { bad(); });
  hooked([] { throw std::runtime_error("no such bucket"); });
  CHECK(world.told.lines == std::vector<std::string>{"success run succeeded",
                                                     "failure run failed: 1 task did not succeed",
                                                     "failure run failed: no such bucket"});
}

TEST_CASE("a hook on every change sees the run and each of its tasks, in their order") {
  World world;
  world.process.run(flow("f", [] { fine(after(bad())); }).on_state_change(world.told.as("saw")));
  CHECK(world.told.lines ==
        std::vector<std::string>{
            "saw run running", "saw bad running", "saw bad retrying: std::runtime_error: boom",
            "saw bad running", "saw bad failed: std::runtime_error: boom",
            "saw fine upstream_failed: 'bad' did not succeed", "saw run failed: 2 tasks did not succeed"});
}

TEST_CASE("the hooks of a task are told of it alone, and of what they want to know") {
  World world;
  auto told = [&](const char* name) { return world.told.as(name); };
  const auto flaky = task("flaky", []() -> int { throw std::runtime_error("boom"); },
                          {.retries = 1, .on_failure = told("failure"), .on_retry = told("retry")});
  world.process.run(flow("f", [&] {
    auto one = fine(with({.on_success = told("success"), .on_end = told("end")}));
    auto two = fine(after(one));
    fine(after(flaky(after(two))).with({.on_failure = told("doomed")}));
  }));
  CHECK(world.told.lines ==
        std::vector<std::string>{"success fine succeeded", "end fine succeeded",
                                 "retry flaky retrying: std::runtime_error: boom",
                                 "failure flaky failed: std::runtime_error: boom",
                                 "doomed fine-3 upstream_failed: 'flaky' did not succeed"});
}

TEST_CASE("the hooks of a mapped task are told of each of its elements, and of the whole") {
  World world;
  const auto twice = task("twice", [](int x) { return 2 * x; }, {.on_success = world.told.as("saw")});
  world.process.run(flow("f", [&] { twice.map({1, 2}); }));
  auto& lines = world.told.lines;
  std::ranges::sort(lines);
  CHECK(lines ==
        std::vector<std::string>{"saw twice succeeded", "saw twice[0] succeeded", "saw twice[1] succeeded"});
}

TEST_CASE("what a hook throws changes nothing") {
  World world;
  const auto& run = world.process.run(flow("f", [] {
                                        fine();
                                      }).on_success([](const StateChange&) {
                                          throw 3;
                                        }).on_success(world.told.as("next")));
  CHECK(run.state() == core::RunState::succeeded);
  CHECK(world.told.lines.size() == 1);
}
