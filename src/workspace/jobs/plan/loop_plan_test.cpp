#include "workspace/jobs/plan/loop_plan.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::workspace;

namespace {

Run loop(JsonArray elements, std::int64_t concurrency, std::vector<std::int64_t> done = {}) {
  Run run{.run_id = 7, .parent_id = 1};
  run.spec = JsonObject{{"for_each_task", JsonObject{{"concurrency", concurrency}}}};
  run.input = write_loop_input({.elements = std::move(elements), .done = std::move(done)});
  return run;
}

Run iteration(std::int64_t position, LifeCycle life_cycle, ResultState result = ResultState::unknown) {
  Run run{.parent_id = 7, .loop_of_id = 1, .iteration = position, .life_cycle = life_cycle};
  run.result = result;
  run.message = "boom";
  run.termination = "RUN_EXECUTION_ERROR";
  return run;
}

Run succeeded(std::int64_t position) {
  return iteration(position, LifeCycle::terminated, ResultState::success);
}
Run failed(std::int64_t position) { return iteration(position, LifeCycle::terminated, ResultState::failed); }

using Positions = std::vector<std::int64_t>;

std::int64_t stat(const LoopPlan& plan, std::string_view name) {
  return int_or(plan.stats.at("task_run_stats"), name, -1);
}

}  // namespace

TEST_CASE("iterations begin in order, as many at a time as the concurrency allows") {
  auto first = plan_loop(loop({1, 2, 3, 4}, 2), {});
  CHECK(first.start == Positions{0, 1});
  CHECK(stat(first, "total_iterations") == 4);
  CHECK(stat(first, "scheduled_iterations") == 2);
  auto next = plan_loop(loop({1, 2, 3, 4}, 2), {succeeded(0), iteration(1, LifeCycle::running)});
  CHECK(next.start == Positions{2});
  CHECK(stat(next, "active_iterations") == 2);
  CHECK(stat(next, "succeeded_iterations") == 1);
  CHECK_FALSE(next.ending);
}

TEST_CASE("without elements there is nothing to do") {
  auto plan = plan_loop(loop({}, 1), {});
  CHECK(plan.ending->result == ResultState::success);
}

TEST_CASE("one that fails holds no other up, and fails the task at the end") {
  auto going = plan_loop(loop({1, 2, 3}, 1), {failed(0)});
  CHECK(going.start == Positions{1});
  CHECK_FALSE(going.ending);
  auto ended = plan_loop(loop({1, 2, 3}, 1), {failed(0), succeeded(1), failed(2)});
  CHECK(ended.ending->result == ResultState::failed);
  CHECK(ended.ending->message == "2 of 3 iterations failed");
  CHECK(ended.stats.at("error_message_stats") ==
        json{{{"error_message", "boom"}, {"count", 2}, {"termination_category", "RUN_EXECUTION_ERROR"}}});
  CHECK(stat(ended, "completed_iterations") == 3);
}

TEST_CASE("of an iteration the last attempt counts, and one that waits for its retry keeps its place") {
  auto waiting = plan_loop(loop({1, 2}, 1), {failed(0), iteration(0, LifeCycle::waiting_for_retry)});
  CHECK(waiting.start.empty());
  CHECK_FALSE(waiting.ending);
  auto done = plan_loop(loop({1}, 1), {failed(0), succeeded(0)});
  CHECK(done.ending->result == ResultState::success);
}

TEST_CASE("a loop that is being ended begins nothing more and waits for what is going") {
  Run stopped = loop({1, 2, 3}, 3);
  stopped.stop = Stop::cancel;
  auto going = plan_loop(stopped, {iteration(0, LifeCycle::terminating)});
  CHECK(going.start.empty());
  CHECK_FALSE(going.ending);
  auto ended = plan_loop(stopped, {iteration(0, LifeCycle::terminated, ResultState::cancelled)});
  CHECK(ended.ending->result == ResultState::cancelled);
}

TEST_CASE("what an earlier attempt has done is not done again") {
  Run before = loop({"a", "b", "c"}, 1, {1});
  auto done = done_in(before, {succeeded(0), failed(2)});
  CHECK(done == Positions{0, 1});
  auto again = plan_loop(loop({"a", "b", "c"}, 1, done), {});
  CHECK(again.start == Positions{2});
  CHECK(stat(again, "succeeded_iterations") == 2);
}
