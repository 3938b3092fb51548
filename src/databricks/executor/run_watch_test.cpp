// Many runs watched at once.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "databricks/executor/executor_world.h"

using namespace weir;
using namespace weir::databricks;
using namespace weir::databricks::testing;

namespace {

constexpr auto list_path = "/runs/list";
constexpr int crowd = 40;
constexpr std::int64_t started_ms = 4'000'000'000'000;  ///< long after these tests

json listed(int run_id) {
  return {{"run_id", run_id},
          {"job_id", 7},
          {"start_time", started_ms + run_id},
          {"run_page_url", "https://w/"},
          {"state", {{"life_cycle_state", "RUNNING"}, {"state_message", ""}}}};
}

Scripted page(int from, int down_to, std::string_view next = "") {
  JsonArray runs;
  for (int id = from; id != down_to; id += from > down_to ? -1 : 1) runs.push_back(listed(id));
  JsonObject page{{"runs", std::move(runs)}, {"has_more", !next.empty()}};
  if (!next.empty()) page["next_page_token"] = next;
  return ok(page);
}

/// Runs 1 to 40, all going on.
struct Crowd : World {
  Crowd() {
    std::deque<Scripted> started;
    for (int id = 1; id <= crowd; ++id) started.push_back(ok({{"run_id", id}}));
    workspace.on(run_now_path, started);
    workspace.on(get_path, {ok(listed(1))});
    workspace.on(list_path, {page(crowd, 0)});
  }

  static runtime::Attempt attempt_at(int task, std::uint32_t flow_run = 0) {
    auto attempt = run_now();
    attempt.id = {flow_run, static_cast<std::uint32_t>(task), 1};
    return attempt;
  }

  void start() {
    for (int id = 1; id <= crowd; ++id) executor->start(attempt_at(id, id % 2 == 0), reports);
  }

  void wait_for_lists(std::size_t count) {
    auto goal = workspace.seen(list_path).size() + count;
    reports.wait_until([&] { return workspace.seen(list_path).size() >= goal; });
  }

  std::size_t times_asked() const { return workspace.seen(get_path).size(); }
};

}  // namespace

TEST_CASE("many runs are looked at together, and one that is missing is asked for itself") {
  Crowd world;
  world.start();
  world.wait_for_lists(4);
  auto asked = world.times_asked();
  world.wait_for_lists(4);
  CHECK(world.times_asked() == asked);  // one call for all of them
  CHECK(world.workspace.seen(list_path).back().target.contains("active_only=true&expand_tasks=false"));

  world.workspace.on(get_path, {run_is("TERMINATED", "SUCCESS")});
  world.workspace.on(list_path, {page(crowd, 1)});
  CHECK(world.reports.wait_for_end().how == "succeeded");
  world.wait_for_lists(4);
  CHECK(world.times_asked() == asked + 1);
  CHECK(world.workspace.seen(get_path).back().target.ends_with("run_id=1"));
}

TEST_CASE("an expired token does not end looking at many runs together, whatever number the refusal has") {
  Crowd world;
  world.start();
  world.wait_for_lists(4);
  auto asked = world.times_asked();
  world.workspace.on(list_path, {refused(401, "UNAUTHENTICATED", "expired"),
                                 refused(403, "PERMISSION_DENIED", "Invalid access token."), page(crowd, 0)});
  world.wait_for_lists(6);
  CHECK(world.times_asked() == asked);
}

TEST_CASE("a list in another order than it should be costs some calls and misleads nobody") {
  Crowd world;
  std::deque<Scripted> pages;
  for (int i = 0; i < 200; ++i) {
    pages.push_back(page(1, crowd / 2, "more"));
    pages.push_back(page(crowd / 2, crowd + 1));
  }
  world.workspace.on(list_path, pages);
  world.start();
  world.wait_for_lists(40);
  auto asked = world.times_asked();
  world.wait_for_lists(20);
  CHECK(world.times_asked() == asked);
  CHECK_FALSE(world.reports.has_ended());
}

TEST_CASE("where listing takes more calls than asking, each run is asked for") {
  Crowd world;
  world.workspace.on(list_path, {page(2000, 1975, "for ever")});
  world.start();
  world.reports.wait_until([&] { return world.times_asked() > 10 * crowd; });
  auto lists = world.workspace.seen(list_path).size();
  CHECK(lists <= crowd + 2);
  auto asked = world.times_asked();
  world.reports.wait_until([&] { return world.times_asked() > asked + crowd; });
  CHECK(world.workspace.seen(list_path).size() == lists);
}

TEST_CASE("a workspace that does not list runs is asked for each") {
  Crowd world;
  world.workspace.on(list_path, {refused(403, "PERMISSION_DENIED", "no")});
  world.start();
  world.reports.wait_until([&] { return world.times_asked() > 10 * crowd; });
  CHECK(world.workspace.seen(list_path).size() == 1);
}

TEST_CASE(
    "a workspace that cannot be asked is told of once in each flow run, with the age of the last answer") {
  Crowd world;
  world.start();
  world.wait_for_lists(4);
  world.workspace.on(list_path, {refused(503, "TEMPORARILY_UNAVAILABLE", "later"), lost()});
  world.wait_for_lists(6);
  int told = 0;
  for (const auto& line : world.reports.lines()) told += line.level == runtime::Level::warning;
  CHECK(told == 2);
  CHECK(world.reports.logged("later (about this run and 19 others) (trying again; last seen "));
  world.workspace.on(list_path, {page(crowd, 0)});
  world.reports.wait_for_log("answers again after");
  CHECK_FALSE(world.reports.has_ended());
}

TEST_CASE("when the workspace says when to come back, nobody comes before") {
  World world;
  auto busy = refused(429, "REQUEST_LIMIT_EXCEEDED", "slow down");
  busy.headers = "Retry-After: 1\r\n";
  world.workspace.on(run_now_path, {busy, ok({{"run_id", 42}})});
  world.executor->start(World::run_now(), world.reports);
  world.reports.wait_for_log("slow down");
  auto told = world.clock.now();
  world.executor->start(World::submit(), world.reports);
  world.reports.wait_until([&] { return !world.workspace.seen(submit_path).empty(); });
  CHECK(world.clock.now() - told >= 900ms);
}
