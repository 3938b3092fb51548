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
