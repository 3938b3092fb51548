#include "workspace/jobs/runner/scheduler.h"

#include <doctest/doctest.h>

#include "base/scratch.h"

using namespace weir;
using namespace weir::workspace;

namespace {

/// 2026-01-14T12:00:00Z.
constexpr auto noon = Instant{std::chrono::seconds(1'768'392'000)};

struct World {
  Scratch folder;
  State state = State::open(folder.path() / "workspace.db").value();
  JobStore jobs{state};
  std::unique_ptr<Loop> loop = make_loop();
  ManualClock clock{noon};
  std::vector<std::int64_t> started;
  std::unique_ptr<Scheduler> scheduler = fresh();

  std::unique_ptr<Scheduler> fresh() {
    return std::make_unique<Scheduler>(*loop, state, clock,
                                       [this](const Job& job) { started.push_back(job.job_id); });
  }

  std::int64_t job(JsonObject settings) {
    auto id = jobs.create(settings, to_millis(clock.now())).value();
    scheduler->changed(jobs.find(id).value().value());
    return id;
  }

  std::int64_t scheduled(std::string_view cron, std::string_view zone = "UTC",
                         std::string_view pause = "UNPAUSED") {
    return job(
        {{"schedule",
          JsonObject{{"quartz_cron_expression", cron}, {"timezone_id", zone}, {"pause_status", pause}}}});
  }

  std::size_t starts_after(Duration time) {
    started.clear();
    clock.advance(time);
    scheduler->look();
    return started.size();
  }
};

using namespace std::chrono_literals;

}  // namespace

TEST_CASE("a job starts at each time of its schedule, once") {
  World world;
  auto id = world.scheduled("0 0/15 * * * ?");
  CHECK(world.starts_after(14min + 59s) == 0);
  CHECK(world.starts_after(1s) == 1);
  CHECK(world.started == std::vector<std::int64_t>{id});
  CHECK(world.starts_after(1s) == 0);
  CHECK(world.starts_after(15min) == 1);
}

TEST_CASE("the schedule goes by the clocks of its zone") {
  World world;
  auto id = world.scheduled("0 30 14 * * ?", "Europe/Berlin");
  CHECK(world.scheduler->next_of(id) == to_millis(noon + 90min));
}

TEST_CASE("times that were missed are not made up for") {
  World world;
  auto id = world.scheduled("0 0 * * * ?");
  CHECK(world.starts_after(5h + 10min) == 1);
  CHECK(world.scheduler->next_of(id) == to_millis(noon + 6h));
  world.clock.advance(5h);
  world.scheduler = world.fresh();
  REQUIRE(world.scheduler->recover());
  CHECK(world.starts_after(0s) == 0);
  CHECK(world.scheduler->next_of(id) == to_millis(noon + 11h));
}

TEST_CASE("a paused job does not start, a changed one goes by what it says now, a deleted one is gone") {
  World world;
  auto paused = world.scheduled("0 * * * * ?", "UTC", "PAUSED");
  CHECK_FALSE(world.scheduler->next_of(paused));
  auto id = world.scheduled("0 * * * * ?");
  CHECK(world.starts_after(1min) == 1);
  JsonObject settings{
      {"schedule", JsonObject{{"quartz_cron_expression", "0 0 * * * ?"}, {"timezone_id", "UTC"}}}};
  REQUIRE(world.jobs.replace(id, settings));
  world.scheduler->changed(world.jobs.find(id).value().value());
  CHECK(world.starts_after(1min) == 0);
  world.scheduler->removed(id);
  CHECK(world.starts_after(24h) == 0);
}

TEST_CASE("periods are counted from when the job was made, also by the next server") {
  World world;
  auto id =
      world.job({{"trigger", JsonObject{{"periodic", JsonObject{{"interval", 2}, {"unit", "HOURS"}}}}}});
  CHECK(world.scheduler->next_of(id) == to_millis(noon + 2h));
  CHECK(world.starts_after(2h + 1min) == 1);
  world.scheduler = world.fresh();
  REQUIRE(world.scheduler->recover());
  CHECK(world.scheduler->next_of(id) == to_millis(noon + 4h));
}

TEST_CASE("what starts by files is kept and starts nothing") {
  World world;
  auto id = world.job({{"trigger", JsonObject{{"file_arrival", JsonObject{{"url", "/Volumes/a/b/c"}}}}}});
  CHECK_FALSE(world.scheduler->next_of(id));
}

TEST_CASE("several jobs are started in the order of their times") {
  World world;
  auto later = world.scheduled("0 20 * * * ?");
  auto sooner = world.scheduled("0 10 * * * ?");
  CHECK(world.starts_after(30min) == 2);
  CHECK(world.started == std::vector<std::int64_t>{sooner, later});
}

TEST_CASE("a schedule that says no time is refused") {
  auto refusal = [](JsonObject settings) {
    auto checked = check_timetable(settings);
    return checked ? "" : checked.error().message;
  };
  auto schedule = [](std::string_view cron, std::string_view zone) {
    return JsonObject{{"quartz_cron_expression", cron}, {"timezone_id", zone}};
  };
  CHECK(refusal({{"schedule", schedule("0 0 25 * * ?", "UTC")}}) ==
        "Invalid quartz_cron_expression '0 0 25 * * ?': '25' is no hours: it may be 0 to 23.");
  CHECK(refusal({{"schedule", schedule("0 0 1 * * ?", "Europe/Atlantis")}}) ==
        "Invalid timezone_id: there is no time zone 'Europe/Atlantis'.");
  CHECK(refusal({{"schedule", JsonObject{{"timezone_id", "UTC"}}}}) ==
        "Missing required field: quartz_cron_expression.");
  CHECK(refusal({{"schedule", schedule("0 0 1 * * ?", "UTC")}, {"continuous", JsonObject{}}})
            .find("not both") != std::string::npos);
  JsonObject periodic{{"periodic", JsonObject{{"interval", 1}, {"unit", "HOUR"}}}};
  CHECK(refusal({{"trigger", periodic}}).find("did you mean 'HOURS'?") != std::string::npos);
  JsonObject good{{"schedule", schedule("0 0 1 * * ?", "UTC")}};
  CHECK(check_timetable(good));
  CHECK(good.at("schedule").at("pause_status") == "UNPAUSED");
}
