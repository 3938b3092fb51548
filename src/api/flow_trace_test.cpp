#include "api/flow_trace.h"

#include <doctest/doctest.h>

#include <weir/weir.h>

using namespace weir;

namespace {

const std::vector<core::Kind> kinds = {
    {.name = "cpp", .open = true},
    {.name = "databricks.run_now", .fields = {{.name = "job"}}, .open = true, .external = true},
};

Result<api::Trace> trace(const Flow& flow, const std::vector<json>& arguments = {}) {
  return api::trace(flow, arguments, kinds);
}

std::vector<std::string> keys_of(const api::Trace& traced) {
  std::vector<std::string> keys;
  for (const auto& task : traced.flow.tasks) keys.push_back(task.key);
  return keys;
}

const auto never =
    task("never", [](int) -> int { throw std::logic_error("a trace runs no task"); }, {.retries = 3});

}  // namespace

TEST_CASE("a trace records what a body declares and runs none of it") {
  auto traced = trace(flow("f", {{"first", 1}},
                           [](int first) {
                             auto ingest = databricks::connect().run_now({.job = "ingest"}, named("ingest"));
                             auto one = never(first, after(ingest));
                             never(one);
                           }),
                      {json(7)});
  REQUIRE(traced);
  CHECK(traced->flow.name == "f");
  CHECK(traced->flow.parameters.at("first") == 1);
  CHECK_FALSE(traced->waits_for);
  CHECK(keys_of(*traced) == std::vector<std::string>{"ingest", "never", "never-2"});
  const auto& [ingest, one, two] =
      std::tie(traced->flow.tasks[0], traced->flow.tasks[1], traced->flow.tasks[2]);
  CHECK(ingest.kind == "databricks.run_now");
  CHECK(one.inputs == json{7});
  CHECK(one.upstreams == std::vector<std::string>{"ingest"});
  CHECK(one.policy.retry.count == 3);
  CHECK(core::data_upstreams(two.inputs) == std::vector<std::string>{"never"});
}

TEST_CASE("a trace ends where the body waits, and says for what") {
  auto traced = trace(flow("f", [] {
    auto one = never(1);
    auto two = never(2);
    if (one.result() > 0) never(two);
  }));
  REQUIRE(traced);
  CHECK(keys_of(*traced) == std::vector<std::string>{"never", "never-2"});
  CHECK(traced->waits_for == "never");
}

TEST_CASE("a body that waits for one element waits for the mapped task") {
  auto traced = trace(flow("f", [] {
    auto many = never.map({1, 2});
    if (many[0].result() > 0) never(1, named("later"));
  }));
  REQUIRE(traced);
  CHECK(traced->waits_for == "never");
}

TEST_CASE("a body that catches everything adds nothing after its wait") {
  auto traced = trace(flow("f", [] {
    auto one = never(1);
    try {
      one.wait();
    } catch (...) {
    }
    never(2);
  }));
  REQUIRE(traced);
  CHECK(keys_of(*traced) == std::vector<std::string>{"never"});
  CHECK(traced->waits_for == "never");
}

TEST_CASE("what a body declares or throws wrongly is told with the flow's name") {
  auto twice = trace(flow("f", [] {
    never(1, named("a"));
    never(2, named("a"));
  }));
  REQUIRE_FALSE(twice);
  CHECK(twice.error().code == Code::invalid);
  CHECK(twice.error().message == "flow 'f': there are two tasks 'a' in this flow");

  auto thrown = trace(flow("f", [] { throw std::runtime_error("no such bucket"); }));
  REQUIRE_FALSE(thrown);
  CHECK(thrown.error().code == Code::failed);
  CHECK(thrown.error().message == "flow 'f': its body threw: no such bucket");

  auto odd = trace(flow("f", [] { throw 42; }));
  REQUIRE_FALSE(odd);
  CHECK(odd.error().message == "flow 'f': its body threw something that is no std::exception");
}

TEST_CASE("a future of another trace is no upstream, and afterwards tasks are outside of a flow again") {
  std::optional<Future<int>> kept;
  REQUIRE(trace(flow("f", [&] { kept = never(1); })));
  auto stranger = trace(flow("g", [&] { never(*kept, named("late")); }));
  REQUIRE_FALSE(stranger);
  CHECK(stranger.error().message == "flow 'g': task 'late' waits for 'never', which was not added");
  CHECK_THROWS_AS(never(1), FlowError);
}
