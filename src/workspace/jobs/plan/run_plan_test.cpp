#include "workspace/jobs/plan/run_plan.h"

#include <map>

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::workspace;

namespace {

Run task(std::string key, LifeCycle life_cycle, std::vector<std::string> upstreams = {},
         std::string run_if = "ALL_SUCCESS") {
  JsonArray edges;
  for (const auto& upstream : upstreams) edges.push_back(JsonObject{{"task_key", upstream}});
  Run run{.parent_id = 1,
          .task_key = std::move(key),
          .spec = JsonObject{{"depends_on", edges}, {"run_if", run_if}}};
  run.life_cycle = life_cycle;
  return run;
}

Run ended(std::string key, ResultState result, std::vector<std::string> upstreams = {}) {
  Run run = task(std::move(key), LifeCycle::terminated, std::move(upstreams));
  run.result = result;
  run.message = "boom";
  return run;
}

}  // namespace

TEST_CASE("a task starts when all it depends on has succeeded") {
  auto waiting = plan({}, {task("a", LifeCycle::running), task("b", LifeCycle::blocked, {"a"})}, 5);
  CHECK(waiting.changed.empty());
  CHECK_FALSE(waiting.ending);
  auto next = plan({}, {ended("a", ResultState::success), task("b", LifeCycle::blocked, {"a"})}, 5);
  REQUIRE(next.changed.size() == 1);
  CHECK(next.changed[0].life_cycle == LifeCycle::pending);
  CHECK_FALSE(next.ending);
}

TEST_CASE("a failure runs down the graph at once and ends the run") {
  auto next = plan({},
                   {ended("a", ResultState::failed), task("b", LifeCycle::blocked, {"a"}),
                    task("c", LifeCycle::blocked, {"b"})},
                   5);
  REQUIRE(next.changed.size() == 2);
  for (const auto& run : next.changed) {
    CHECK(run.result == ResultState::upstream_failed);
    CHECK(run.ended_ms == 5);
  }
  REQUIRE(next.ending);
  CHECK(next.ending->result == ResultState::failed);
  CHECK(next.ending->message == "Task a failed with message: boom.");
}

TEST_CASE("a task may ask for failures upstream") {
  for (auto rule : {"ALL_DONE", "AT_LEAST_ONE_FAILED", "ALL_FAILED"}) {
    CAPTURE(rule);
    auto next = plan({}, {ended("a", ResultState::failed), task("b", LifeCycle::blocked, {"a"}, rule)}, 5);
    REQUIRE(next.changed.size() == 1);
    CHECK(next.changed[0].life_cycle == LifeCycle::pending);
  }
  auto excluded =
      plan({}, {ended("a", ResultState::success), task("b", LifeCycle::blocked, {"a"}, "ALL_FAILED")}, 5);
  CHECK(excluded.changed.at(0).result == ResultState::excluded);
  CHECK(excluded.ending->result == ResultState::success);
}

namespace {

Run condition(std::string outcome) {
  Run run = ended("if", ResultState::success);
  run.spec.get_object()["condition_task"] = JsonObject{{"outcome", outcome}};
  return run;
}

Run on_outcome(std::string key, std::string outcome) {
  Run run = task(std::move(key), LifeCycle::blocked, {"if"});
  run.spec.at("depends_on").at(0).get_object()["outcome"] = outcome;
  return run;
}

/// The result of each changed task; pending ones have none.
std::map<std::string, ResultState> changes(const Plan& next) {
  std::map<std::string, ResultState> found;
  for (const Run& run : next.changed) found[run.task_key] = run.result;
  return found;
}

}  // namespace

TEST_CASE("of two branches one is taken, and what follows the other is excluded with it") {
  Run after = task("after", LifeCycle::blocked, {"no"}, "ALL_DONE");
  auto next = plan({}, {condition("true"), on_outcome("yes", "true"), on_outcome("no", "false"), after}, 5);
  CHECK(changes(next) == std::map<std::string, ResultState>{{"yes", ResultState::unknown},
                                                            {"no", ResultState::excluded},
                                                            {"after", ResultState::excluded}});
}

TEST_CASE("where two branches meet, the excluded one holds nobody up") {
  auto yes = ended("yes", ResultState::success, {"if"});
  auto no = ended("no", ResultState::excluded, {"if"});
  for (auto rule : {"ALL_SUCCESS", "NONE_FAILED", "AT_LEAST_ONE_SUCCESS", "ALL_DONE"}) {
    CAPTURE(rule);
    auto next =
        plan({}, {condition("true"), yes, no, task("join", LifeCycle::blocked, {"yes", "no"}, rule)}, 5);
    CHECK(next.changed.at(0).life_cycle == LifeCycle::pending);
  }
  auto next = plan({},
                   {condition("true"), ended("yes", ResultState::failed, {"if"}), no,
                    task("join", LifeCycle::blocked, {"yes", "no"})},
                   5);
  CHECK(next.changed.at(0).result == ResultState::upstream_failed);
}

TEST_CASE("a condition that could not be compared fails both branches") {
  Run failed = condition("");
  failed.result = ResultState::failed;
  auto next = plan({}, {failed, on_outcome("yes", "true"), on_outcome("no", "false")}, 5);
  for (const Run& run : next.changed) CHECK(run.result == ResultState::upstream_failed);
}

TEST_CASE("AT_LEAST_ONE_SUCCESS that does not hold is a failure upstream") {
  auto next = plan(
      {}, {ended("a", ResultState::failed), task("b", LifeCycle::blocked, {"a"}, "AT_LEAST_ONE_SUCCESS")}, 5);
  CHECK(next.changed.at(0).result == ResultState::upstream_failed);
}

TEST_CASE("a run whose last tasks succeed after a failure says both") {
  auto done = plan({}, {ended("a", ResultState::failed), ended("b", ResultState::success, {"a"})}, 5);
  CHECK(done.ending->result == ResultState::success_with_failures);
}

TEST_CASE("only the last attempt of a task counts") {
  auto retrying = plan({}, {ended("a", ResultState::failed), task("a", LifeCycle::waiting_for_retry)}, 5);
  CHECK_FALSE(retrying.ending);
  auto done = plan({}, {ended("a", ResultState::failed), ended("a", ResultState::success)}, 5);
  CHECK(done.ending->result == ResultState::success);
}

TEST_CASE("a run that was asked to end says so, whatever its tasks say") {
  Run run{.stop = Stop::cancel};
  auto done = plan(run, {ended("a", ResultState::success), ended("b", ResultState::cancelled)}, 5);
  CHECK(done.ending->result == ResultState::cancelled);
  CHECK(done.ending->termination == "USER_CANCELED");
}
