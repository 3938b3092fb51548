#include "workspace/steering_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

struct Served : SteeringWorkspace {
  JsonArray runs_of(std::int64_t job_id) {
    auto page = get("2.1/jobs/runs/list?job_id=" + std::to_string(job_id)).body;
    const json* runs = find(page, "runs");
    return runs ? runs->get_array() : JsonArray{};
  }
};

JsonObject every_second(std::string_view pause) {
  return {
      {"quartz_cron_expression", "* * * * * ?"}, {"timezone_id", "Europe/Berlin"}, {"pause_status", pause}};
}

}  // namespace

TEST_CASE("a job with a schedule starts by itself, until it is paused") {
  Served served;
  auto job =
      served.create({served.python("one", "import sys\nprint(sys.argv[1])\n", {"{{job.trigger.type}}"})},
                    {{"schedule", every_second("PAUSED")}, {"max_concurrent_runs", 100}});
  CHECK(served.runs_of(job).empty());
  served.post("2.1/jobs/update",
              {{"job_id", job}, {"new_settings", {{"schedule", every_second("UNPAUSED")}}}});
  auto until = std::chrono::steady_clock::now() + patience;
  while (served.runs_of(job).empty()) {
    REQUIRE(std::chrono::steady_clock::now() < until);
    std::this_thread::yield();
  }
  served.post("2.1/jobs/update", {{"job_id", job}, {"new_settings", {{"schedule", every_second("PAUSED")}}}});
  auto id = int_or(served.runs_of(job).at(0), "run_id", 0);
  auto run = served.wait_for_end(id);
  CHECK(run.at("trigger") == "PERIODIC");
  CHECK(run.at("schedule").at("quartz_cron_expression") == "* * * * * ?");
  CHECK(run.at("job_id") == job);
  CHECK(served.output(id).at("logs") == "periodic\n");
}

TEST_CASE("a schedule that says no time is refused when the job is made or changed") {
  Served served;
  json schedule = {{"quartz_cron_expression", "0 0 25 * * ?"}, {"timezone_id", "UTC"}};
  auto refused = served.post("2.1/jobs/create", {{"schedule", schedule}});
  CHECK(refused.status == 400);
  CHECK(refused.code() == "INVALID_PARAMETER_VALUE");
  CHECK(refused.message().find("'25' is no hours") != std::string::npos);
  auto job = served.create({served.python("one", "")});
  CHECK(
      served.post("2.1/jobs/update", {{"job_id", job}, {"new_settings", {{"schedule", schedule}}}}).status ==
      400);
}
