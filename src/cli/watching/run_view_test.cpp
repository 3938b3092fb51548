#include "cli/watching/run_view.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "cli/terminal/shown_text.h"

using namespace weir;
using namespace weir::core;

TEST_CASE("a run of any size is one JSON document") {
  for (std::size_t tasks : {0U, 1U, 2U, 5000U}) {
    Run run;
    RunStarted about;
    about.name = "brave-otter";
    about.parameters = {{"brace", "}"}};
    run.apply({Instant{}, about});
    for (std::size_t i = 0; i < tasks; ++i) {
      TaskSpec spec;
      spec.key = fmt::format("task-{}", i);
      spec.kind = "process";
      run.apply({Instant{}, TaskAdded{std::make_shared<const TaskSpec>(spec)}});
    }
    Failure failure;
    failure.message = "boom";
    run.apply({Instant{}, GraphClosed{failure}});
    cli::testing::ShownText shown;
    cli::print_json(run, shown.terminal, "all of them");
    auto view = parse_json(shown.data.text()).value();
    CHECK(view.at("name") == "brave-otter");
    CHECK(view.at("parameters").at("brace") == "}");
    CHECK(view.at("error").at("message") == "boom");
    CHECK(view.at("returned") == "all of them");
    REQUIRE(view.at("tasks").as_array().size() == tasks);
    if (tasks > 0)
      CHECK(find_string(view.at("tasks").at(tasks - 1), "key") == fmt::format("task-{}", tasks - 1));
  }
}

TEST_CASE("a mapped task tells how many elements are in each state, and is followed by them") {
  Run run;
  run.apply({Instant{}, RunStarted{}});
  TaskSpec spec;
  spec.key = "clean";
  spec.kind = "process";
  spec.map = json(JsonArray{});
  run.apply({Instant{}, TaskAdded{std::make_shared<const TaskSpec>(spec)}});
  run.apply({Instant{}, StageExpanded{0, 3}});
  auto first = run.stage(0).first;
  run.apply({Instant{}, AttemptStarted{first, 1}});
  run.apply({Instant{}, AttemptSucceeded{first, 1, json("done")}});
  cli::testing::ShownText shown;
  cli::print_json(run, shown.terminal);
  auto tasks = parse_json(shown.data.text()).value().at("tasks");
  REQUIRE(tasks.as_array().size() == 4);
  CHECK(tasks.at(0).at("elements") == parse_json(R"({"total": 3, "pending": 2, "succeeded": 1})").value());
  CHECK(find_string(tasks.at(1), "key") == "clean[0]");
  CHECK(find_string(tasks.at(1), "result") == "done");
}
