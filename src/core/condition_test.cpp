#include "core/condition.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::core;
using Is = Condition::Is;

TEST_CASE("truthy is what Python calls so") {
  for (const json& no :
       {json(nullptr), json(false), json(0), json(0.0), json(""), json(JsonArray{}), json(JsonObject{})}) {
    CHECK_FALSE(holds(Is::truthy, no, nullptr).value());
  }
  for (const json& yes : {json(true), json(-1), json("no"), json(JsonArray{json(0)})})
    CHECK(holds(Is::truthy, yes, nullptr).value());
}

TEST_CASE("values are compared as JSON: 1 and 1.0 are equal numbers, \"1\" is text") {
  CHECK(holds(Is::equals, 1, 1).value());
  CHECK(holds(Is::equals, 1, 1.0).value());
  CHECK_FALSE(holds(Is::not_equals, 3.0, 3).value());
  CHECK_FALSE(holds(Is::equals, 1, 1.5).value());
  CHECK(holds(Is::in, 2.0, JsonArray{json(1), json(2)}).value());
  CHECK(holds(Is::equals, {{"a", {1, 2.0}}}, {{"a", {1.0, 2}}}).value());
  CHECK_FALSE(holds(Is::equals, {{"a", 1}}, {{"b", 1}}).value());
  CHECK_FALSE(holds(Is::equals, 1, "1").value());
  CHECK(holds(Is::not_equals, "west", "east").value());
  CHECK(holds(Is::in, "west", JsonArray{json("east"), json("west")}).value());
  CHECK(holds(Is::not_in, 3, JsonArray{json(1)}).value());
  CHECK(holds(Is::less_than, 1, 1.5).value());
  CHECK(holds(Is::greater_than, "b", "a").value());
}

TEST_CASE("what cannot be compared is an error, not a guess") {
  CHECK(holds(Is::less_than, 1, "2").error().code == Code::invalid);
  CHECK(holds(Is::in, 1, 1).error().code == Code::invalid);
  CHECK(holds(Is::not_in, 1, "1").error().code == Code::invalid);
}

TEST_CASE("every condition's name reads back") {
  for (auto name : condition_names()) CHECK(name_of(condition_from(name).value()) == name);
  CHECK_FALSE(condition_from("=="));
}
