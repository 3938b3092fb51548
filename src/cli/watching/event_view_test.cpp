#include "cli/watching/event_view.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::core;

TEST_CASE("an event as data names its task, its attempt and what belongs to it") {
  Instant at{std::chrono::milliseconds{1'700'000'000'123}};
  Run run;
  auto view = [&](Fact fact) {
    Event event{at, std::move(fact)};
    run.apply(event);
    return cli::to_json(run, event);
  };
  RunStarted about;
  about.name = "brave-otter";
  about.flow = "tutorial";
  auto started = view(about);
  CHECK(started.at("event") == "run started");
  CHECK(started.at("run") == "brave-otter");
  CHECK(started.at("at") == 1'700'000'000'123);
  TaskSpec spec;
  spec.key = "ingest";
  spec.kind = "process";
  CHECK(view(TaskAdded{std::make_shared<const TaskSpec>(spec)}).at("task") == "ingest");
  view(AttemptStarted{0, 1});
  Failure failure;
  failure.message = "boom";
  auto failed = view(AttemptFailed{0, 1, failure, at + std::chrono::seconds(10)});
  CHECK(failed.at("event") == "attempt failed");
  CHECK(failed.at("task") == "ingest");
  CHECK(failed.at("attempt") == 1);
  CHECK(failed.at("failure").at("message") == "boom");
  CHECK(failed.at("retry_at") == 1'700'000'010'123);
}
