#include "core/flow.h"

#include <doctest/doctest.h>

#include "core/template.h"

using namespace weir;
using namespace weir::core;
using namespace std::chrono_literals;

namespace {

TaskSpec example() {
  TaskSpec spec{.key = "daily",
                .kind = "process",
                .inputs = {{"argv", {"echo", hole({"tasks", "a", "result"})}}, {"cwd", "/"}},
                .upstreams = {"a", "b"},
                .map = hole({"tasks", "b", "result"})};
  spec.policy.retry = {.count = 2, .delays = {10s}};
  spec.policy.timeout = 5min;
  return spec;
}

}  // namespace

TEST_CASE("names are words that are safe as file names and arguments") {
  for (const auto* name : {"a", "daily", "report-2024.v1", "_x", "7"}) CHECK(is_valid_name(name));
  for (const auto* name : {"", "-x", ".", "..", ".x", "a b", "a/b", "größe", "{{ x }}", "a\n"}) {
    CAPTURE(name);
    CHECK_FALSE(is_valid_name(name));
  }
  CHECK(is_valid_name(std::string(name_length_max, 'x')));
  CHECK_FALSE(is_valid_name(std::string(name_length_max + 1, 'x')));
}

TEST_CASE("the tasks that inputs read are listed once, in order") {
  json inputs = compile_template({"{{ tasks.b.result }}", "{{ tasks['a.b'].result.x }} {{ run.id }}",
                                  "{{ tasks.b.result.y }}"})
                    .value();
  CHECK(data_upstreams(inputs) == std::vector<std::string>{"b", "a.b"});
}

TEST_CASE("a task survives the way through its JSON") {
  TaskSpec before = example();
  TaskSpec after = task_spec_from(parse_json(to_text(to_json(before))).value());
  CHECK(after.key == before.key);
  CHECK(after.kind == before.kind);
  CHECK(after.inputs == before.inputs);
  CHECK(after.upstreams == before.upstreams);
  CHECK(after.policy == before.policy);
  CHECK(after.map == before.map);
}

TEST_CASE("a task without policies keeps its JSON short") {
  TaskSpec plain{.key = "a", .kind = "value", .inputs = 1};
  CHECK(to_text(to_json(plain)) == R"({"key":"a","kind":"value","inputs":1})");
  CHECK_FALSE(task_spec_from(to_json(plain)).policy.timeout);
}

TEST_CASE("a fingerprint is the same for the same declaration, however it was ordered") {
  TaskSpec spec = example();
  TaskSpec reordered = spec;
  reordered.upstreams = {"b", "a"};
  reordered.inputs = {{"cwd", "/"}, {"argv", {"echo", hole({"tasks", "a", "result"})}}};
  CHECK(fingerprint_of(reordered) == fingerprint_of(spec));
  CHECK(fingerprint_of(task_spec_from(to_json(spec))) == fingerprint_of(spec));

  TaskSpec patient = spec;
  patient.policy.retry.count = 9;
  CHECK(fingerprint_of(patient) == fingerprint_of(spec));
}

TEST_CASE("a fingerprint changes with key, kind, inputs and upstreams") {
  auto changed = [](auto change) {
    TaskSpec spec = example();
    change(spec);
    return fingerprint_of(spec) != fingerprint_of(example());
  };
  CHECK(changed([](TaskSpec& spec) { spec.key = "monthly"; }));
  CHECK(changed([](TaskSpec& spec) { spec.kind = "value"; }));
  CHECK(changed([](TaskSpec& spec) { spec.inputs.get_object()["cwd"] = "/tmp"; }));
  CHECK(changed([](TaskSpec& spec) { spec.inputs.get_object()["cwd"] = nullptr; }));
  CHECK(changed([](TaskSpec& spec) { spec.upstreams.pop_back(); }));
}
