#include "core/kind.h"

#include <doctest/doctest.h>

#include "core/template.h"

using namespace weir;
using namespace weir::core;

namespace {

const Kind process = {
    .name = "process",
    .fields = {{"argv", FieldType::array, true, "the program and its arguments"},
               {"cwd", FieldType::string},
               {"env", FieldType::object},
               {"priority", FieldType::integer},
               {"share", FieldType::number},
               {"quiet", FieldType::boolean}},
    .shorthand = "argv",
};
const Kind passed_through = {.name = "submit", .fields = {{"run_name", FieldType::string}}, .open = true};
const Kind value = {.name = "value", .open = true};
const Kind nothing = {.name = "nothing"};

json compiled(json authored) { return compile_template(authored).value(); }

std::string complaint(const Kind& kind, json inputs) {
  auto problem = check_inputs(kind, inputs);
  return problem ? problem->path + ": " + to_text(problem->error) : "";
}

}  // namespace

TEST_CASE("inputs with the right names and types pass") {
  json inputs = {{"argv", {"echo"}}, {"cwd", "/"},   {"env", JsonObject{}},
                 {"priority", 3},    {"share", 1.5}, {"quiet", true}};
  CHECK(complaint(process, inputs).empty());
  CHECK(complaint(process, {{"argv", {"echo"}}, {"share", 1}}).empty());
}

TEST_CASE("an unknown field is named with the nearest one") {
  json inputs = {{"argv", {"echo"}}, {"cdw", "/"}};
  auto problem = check_inputs(process, inputs);
  REQUIRE(problem);
  CHECK(problem->path == "/cdw");
  CHECK(problem->about_name);
  CHECK(problem->error.message == "'process' has no field 'cdw'");
  CHECK(problem->error.hint == "did you mean 'cwd'?");
}

TEST_CASE("a field of the wrong type says which type it must have") {
  auto message = [](const json& inputs) {
    json copy = inputs;
    return check_inputs(process, copy).value().error.message;
  };
  CHECK(message({{"argv", "echo"}}) == "field 'argv' of 'process' must be an array, not a string");
  CHECK(message({{"argv", JsonArray{}}, {"cwd", nullptr}}) ==
        "field 'cwd' of 'process' must be a string, not null");
  CHECK(message({{"argv", JsonArray{}}, {"priority", 1.5}}) ==
        "field 'priority' of 'process' must be an integer, not a number");
  CHECK(message({{"argv", JsonArray{}}, {"env", JsonArray{}}}) ==
        "field 'env' of 'process' must be an object, not an array");
  CHECK(message({{"argv", JsonArray{}}, {"quiet", 1}}) ==
        "field 'quiet' of 'process' must be a boolean, not an integer");
}

TEST_CASE("a missing field is named with what it is for") {
  CHECK(complaint(process, JsonObject{}) ==
        ": 'process' needs the field 'argv'\nargv: the program and its arguments");
}

TEST_CASE("every problem is found, in the order of the inputs") {
  json inputs = {{"cdw", "/"}, {"quiet", "yes"}};
  auto problems = problems_with(process, inputs);
  REQUIRE(problems.size() == 3);
  CHECK(problems[0].path == "/cdw");
  CHECK(problems[1].path == "/quiet");
  CHECK(problems[2].path == "");
}

TEST_CASE("inputs that are no object stand for the shorthand's field") {
  json inputs = {"echo", "hi"};
  CHECK_FALSE(check_inputs(process, inputs));
  CHECK(inputs == json{{"argv", {"echo", "hi"}}});
  CHECK(complaint(process, "echo") ==
        "/argv: field 'argv' of 'process' must be an array, not a string\nthe program and its arguments");
}

TEST_CASE("without a shorthand, inputs that are no object are refused") {
  CHECK(complaint(passed_through, "x") == ": 'submit' takes an object, not a string\nits fields: run_name");
  CHECK(complaint(nothing, 5) == ": 'nothing' takes an object, not an integer");
}

TEST_CASE("no inputs at all count as an empty object") {
  json inputs = nullptr;
  CHECK_FALSE(check_inputs(nothing, inputs));
  CHECK(inputs == JsonObject{});
  CHECK_FALSE(complaint(process, nullptr).empty());
}

TEST_CASE("an open kind passes unknown fields through, and checks the ones it knows") {
  CHECK(complaint(passed_through, {{"run_name", "x"}, {"new_field", 1}}).empty());
  CHECK_FALSE(complaint(passed_through, {{"run_name", 1}}).empty());
}

TEST_CASE("a kind without fields that is open takes any JSON") {
  for (const json& inputs : {json(nullptr), json(1), json("x"), json(JsonArray{1}), json{{"a", 1}}}) {
    json copy = inputs;
    CHECK_FALSE(check_inputs(value, copy));
    CHECK(copy == inputs);
  }
}

TEST_CASE("a look-up fits every type, and may stand for all the inputs") {
  CHECK(complaint(process, compiled({{"argv", "{{ tasks.a.result }}"}, {"priority", "{{ parameters.p }}"}}))
            .empty());
  json whole = compiled("{{ tasks.a.result }}");
  CHECK_FALSE(check_inputs(process, whole));
  CHECK(is_hole(whole));
}

TEST_CASE("text with a look-up in it is a string") {
  CHECK(complaint(process, compiled({{"argv", JsonArray{}}, {"cwd", "/{{ run.id }}"}})).empty());
  CHECK(complaint(process, compiled({{"argv", "x-{{ run.id }}"}}))
            .starts_with("/argv: field 'argv' of 'process' must be an array, not a string"));
}

TEST_CASE("names that start with a dollar sign are checked like any other") {
  CHECK(complaint(process, compiled({{"argv", JsonArray{}}, {"env", {{"$HOME", "x"}}}})).empty());
  CHECK(complaint(process, compiled({{"argv", JsonArray{}}, {"$cwd", "x"}}))
            .starts_with("/$cwd: 'process' has no field '$cwd'"));
}
