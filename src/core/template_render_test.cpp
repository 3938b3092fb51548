#include <doctest/doctest.h>

#include "core/template.h"

using namespace weir;
using namespace weir::core;

namespace {

const json world = {
    {"parameters",
     {{"region", "west"}, {"count", 3}, {"share", 1.5}, {"template", "{{ run.id }}"}, {"none", nullptr}}},
    {"tasks", {{"split", {{"result", {{"parts", {"a", "b"}}, {"run_id", 7}}}}}}},
    {"run", {{"id", "0190"}, {"name", "brave-otter"}}},
};

Result<json> rendered(const json& authored) {
  auto resolve = [](std::span<const std::string> path) {
    return walk(*find(world, path[0]), path.subspan(1), path[0]);
  };
  return render(compile_template(authored).value(), resolve);
}

std::string lost(const json& value, const Path& path) { return to_text(walk(value, path, "result").error()); }

}  // namespace

TEST_CASE("a look-up alone keeps the type of its value") {
  CHECK(rendered("{{ parameters.count }}") == json(3));
  CHECK(rendered("{{ tasks.split.result }}") == json{{"parts", {"a", "b"}}, {"run_id", 7}});
  CHECK(rendered("{{ parameters.none }}") == json(nullptr));
}

TEST_CASE("a look-up inside text becomes text") {
  CHECK(rendered("eu-{{ parameters.region }}") == json("eu-west"));
  CHECK(rendered("{{ parameters.count }} x {{ parameters.share }}") == json("3 x 1.5"));
  CHECK(rendered("parts {{ tasks.split.result.parts }}") == json("parts [\"a\",\"b\"]"));
  CHECK(rendered("{{ parameters.none }}!") == json("null!"));
}

TEST_CASE("look-ups are filled at any depth and the rest stays as it was") {
  json authored = {{"list", {"{{ tasks.split.result.parts.1 }}", 1}}, {"map", {{"$x", "{{ run.name }}"}}}};
  CHECK(rendered(authored) == json{{"list", {"b", 1}}, {"map", {{"$x", "brave-otter"}}}});
}

TEST_CASE("what comes out of a look-up is not looked at again") {
  CHECK(rendered("{{ parameters.template }}") == json("{{ run.id }}"));
  CHECK(rendered("a {{ parameters.template }}") == json("a {{ run.id }}"));
}

TEST_CASE("a look-up that fails says which one and why") {
  auto failed = rendered({{"x", "id {{ tasks.split.result.run_di }}"}});
  REQUIRE_FALSE(failed);
  CHECK(
      to_text(failed.error()) ==
      "'{{ tasks.split.result.run_di }}': tasks.split.result has no member 'run_di'\ndid you mean 'run_id'?");
}

TEST_CASE("a compiled template that no face should have made is refused") {
  auto resolve = [](std::span<const std::string>) -> Result<const json*> { return &world; };
  CHECK_FALSE(render({{"$ref", 1}}, resolve));
  CHECK_FALSE(render({{"$", {1, 2}}}, resolve));
  CHECK_FALSE(render({{"$text", "x"}}, resolve));
  CHECK_FALSE(render(hole({}), resolve));
}

TEST_CASE("walking follows names and indices") {
  json value = {{"parts", {{{"id", 1}}, {{"id", 2}}}}};
  Path path = {"parts", "1", "id"};
  CHECK(**walk(value, path, "result") == json(2));
  CHECK(*walk(value, {}, "result") == &value);
}

TEST_CASE("walking off the value says what is there instead") {
  json value = {
      {"run_id", 1}, {"parts", {1, 2}}, {"empty", JsonArray{}}, {"none", nullptr}, {"a.b", JsonObject{}}};
  CHECK(lost(value, {"run_di"}) == "result has no member 'run_di'\ndid you mean 'run_id'?");
  CHECK(lost(value, {"parts", "2"}) == "result.parts is an array without an item '2'\nits items are 0 to 1");
  CHECK(lost(value, {"parts", "-1"}) ==
        "result.parts is an array without an item '-1'\nits items are 0 to 1");
  CHECK(lost(value, {"empty", "0"}) == "result.empty is an array without an item '0'\nit is empty");
  CHECK(lost(value, {"run_id", "x"}) == "result.run_id is an integer and has no member 'x'");
  CHECK(lost(value, {"none", "x"}) == "result.none is null and has no member 'x'");
  CHECK(lost(value, {"a.b", "x"}) == "result['a.b'] has no member 'x'\nit is empty");
}
