#include "workspace/jobs/settings/notices.h"

#include <doctest/doctest.h>

#include "base/scratch.h"
#include "workspace/home/sql.h"

using namespace weir;
using namespace weir::workspace;

namespace {

JsonObject hooks(std::initializer_list<std::string_view> events) {
  JsonObject asked;
  for (std::string_view event : events) asked[event] = JsonArray{JsonObject{{"id", "d"}}};
  return asked;
}

struct World {
  Scratch folder;
  State state = State::open(folder.path() / "workspace.db").value();
  Notices notices{state, "42"};
  Run run{.run_id = 7, .job_id = 3, .name = "nightly"};

  World() { ask({{"webhook_notifications", hooks({"on_start", "on_success", "on_failure"})}}); }

  void ask(JsonObject settings) { run.spec = JsonObject{{"settings", std::move(settings)}}; }

  /// The events that were written down at this point, in order.
  std::vector<std::string> told(const std::vector<Run>& tasks = {}, std::int64_t now_ms = 1000) {
    std::size_t before = notices.due(1'000'000).value().size();
    REQUIRE(notices.catch_up(run, tasks, now_ms));
    std::vector<std::string> events;
    auto due = notices.due(1'000'000).value();
    for (std::size_t i = before; i < due.size(); ++i) {
      std::string event = string_or(parse_json(due[i].body).value(), "event_type", "");
      events.push_back(event.substr(event.find('.') + 1));
    }
    return events;
  }

  void start() { run.started_ms = 100; }
  void end_with(ResultState result, LifeCycle life_cycle = LifeCycle::terminated) {
    end(run, {.life_cycle = life_cycle, .result = result}, 500);
  }
};

using Events = std::vector<std::string>;

}  // namespace

TEST_CASE("each thing that happens to a run is told once") {
  World world;
  CHECK(world.told().empty());
  world.start();
  CHECK(world.told() == Events{"on_start"});
  CHECK(world.told().empty());
  world.end_with(ResultState::success_with_failures);
  CHECK(world.told() == Events{"on_success"});
  CHECK(world.told().empty());
}

TEST_CASE("a run that was repaired is told of again") {
  World world;
  world.start();
  world.end_with(ResultState::failed);
  CHECK(world.told() == Events{"on_start", "on_failure"});
  world.run.spec.get_object()["repairs"] = 1;
  world.end_with(ResultState::success);
  CHECK(world.told() == Events{"on_start", "on_success"});
}

TEST_CASE("skipped and cancelled runs are failures, unless that is muted") {
  for (bool is_muted : {false, true}) {
    CAPTURE(is_muted);
    JsonObject muted{{"no_alert_for_skipped_runs", is_muted}, {"no_alert_for_canceled_runs", is_muted}};
    for (auto [result, life_cycle] :
         {std::pair(ResultState::cancelled, LifeCycle::terminated),
          std::pair(ResultState::maximum_concurrent_runs_reached, LifeCycle::skipped)}) {
      World world;
      world.ask({{"webhook_notifications", hooks({"on_failure"})}, {"notification_settings", muted}});
      world.end_with(result, life_cycle);
      CHECK(world.told() == (is_muted ? Events{} : Events{"on_failure"}));
    }
  }
}

TEST_CASE("a task tells of its own, each attempt or the last") {
  for (bool last_only : {false, true}) {
    CAPTURE(last_only);
    World world;
    world.ask({});
    Run first{.run_id = 8, .parent_id = 7, .task_key = "load", .attempt = 0};
    first.spec = JsonObject{{"webhook_notifications", hooks({"on_start", "on_failure"})},
                            {"notification_settings", JsonObject{{"alert_on_last_attempt", last_only}}}};
    first.started_ms = 100;
    end(first, {.result = ResultState::failed}, 200);
    Run second = first;
    second.run_id = 9;
    second.attempt = 1;
    auto told = world.told({first, second});
    CHECK(told == (last_only ? Events{"on_start", "on_failure"}
                             : Events{"on_start", "on_failure", "on_start", "on_failure"}));
    json body = parse_json(world.notices.due(1'000'000).value().back().body).value();
    CHECK(body == json{{"event_type", "jobs.on_failure"},
                       {"workspace_id", 42},
                       {"job", {{"job_id", 3}, {"name", "nightly"}}},
                       {"task", {{"task_key", "load"}}},
                       {"run", {{"run_id", 9}, {"parent_run_id", 7}}}});
  }
}

TEST_CASE("an excluded task is nobody's news") {
  World world;
  world.ask({});
  Run task{.run_id = 8, .parent_id = 7, .task_key = "other"};
  task.spec = JsonObject{{"webhook_notifications", hooks({"on_success", "on_failure"})}};
  end(task, {.life_cycle = LifeCycle::skipped, .result = ResultState::excluded}, 200);
  CHECK(world.told({task}).empty());
}

TEST_CASE("a run that takes longer than its health allows is told of, also when it has ended meanwhile") {
  JsonObject rule{{"metric", "RUN_DURATION_SECONDS"}, {"op", "GREATER_THAN"}, {"value", 60}};
  World world;
  world.ask({{"webhook_notifications", hooks({"on_duration_warning_threshold_exceeded"})},
             {"health", JsonObject{{"rules", JsonArray{rule}}}}});
  world.start();
  CHECK(warning_time(world.run) == 60'100);
  CHECK(world.told({}, 60'099).empty());
  CHECK(world.told({}, 60'100) == Events{"on_duration_warning_threshold_exceeded"});
  CHECK(world.told({}, 90'000).empty());
}

TEST_CASE("destinations are counted") {
  JsonArray many{JsonObject{{"id", "a"}}, JsonObject{{"id", "b"}}, JsonObject{{"id", "c"}},
                 JsonObject{{"id", "d"}}};
  JsonObject settings{{"webhook_notifications", JsonObject{{"on_start", many}}}};
  CHECK(named_destinations(settings).error().message ==
        "webhook_notifications.on_start has 4 destinations; the limit is 3.");
  settings["webhook_notifications"] = JsonObject{{"on_start", "d"}};
  CHECK_FALSE(named_destinations(settings));
}
