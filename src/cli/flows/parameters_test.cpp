#include "cli/flows/parameters.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::cli;

namespace {
const JsonObject declared = {{"region", "west"}, {"days", 3}, {"tags", JsonArray{}}, {"dry", false}};
}

TEST_CASE("values take the type of their default") {
  auto values = with_values(declared, {"region=7", "days=10", "tags=[\"a\"]", "dry=true"}).value();
  CHECK(values["region"] == json("7"));
  CHECK(values["days"] == json(10));
  CHECK(values["tags"] == json{JsonArray{"a"}}.at(0));
  CHECK(values["dry"] == json(true));
}

TEST_CASE("a value may contain an equals sign or be empty") {
  CHECK(with_values(declared, {"region=a=b"}).value()["region"] == json("a=b"));
  CHECK(with_values(declared, {"region="}).value()["region"] == json(""));
}

TEST_CASE("a wrong parameter is refused with what would be right") {
  CHECK(with_values(declared, {"regoin=x"}).error().hint == "did you mean 'region'?");
  CHECK(with_values(declared, {"days=many"}).error().message == "parameter 'days': 'many' is no integer");
  CHECK(with_values(declared, {"region"}).error().hint == "write -p name=value");
}

TEST_CASE("a parameter without default must be given") {
  JsonObject needs_day = {{"day", nullptr}};
  CHECK(with_values(needs_day, {}).error().message == "parameter 'day' has no value");
  CHECK(with_values(needs_day, {"day=monday"}).value()["day"] == json("monday"));
}
