#include "workspace/rest/fields.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::workspace;

TEST_CASE("numbers may be strings and booleans may be text") {
  JsonObject object{{"job_id", "42"},          {"limit", 3}, {"overwrite", "true"},
                    {"expand_tasks", "False"}, {"name", 7},  {"whole", 2.0}};
  Fields in(object);
  CHECK(in.integer("job_id") == 42);
  CHECK(in.integer_or("limit", 20) == 3);
  CHECK(in.integer("whole") == 2);
  CHECK(in.boolean_or("overwrite", false));
  CHECK_FALSE(in.boolean_or("expand_tasks", true));
  CHECK(in.text("name") == "7");
  CHECK_FALSE(in.refusal());
}

TEST_CASE("null is the same as absent") {
  JsonObject object{{"limit", nullptr}};
  Fields in(object);
  CHECK(in.integer_or("limit", 20) == 20);
  CHECK_FALSE(in.refusal());
  in.integer("limit");
  REQUIRE(in.refusal());
  CHECK(in.refusal()->message == "Missing required field: limit.");
}

TEST_CASE("the first wrong field is the one that is reported") {
  JsonObject object{{"job_id", "4x"}, {"limit", true}, {"tags", JsonArray{}}};
  Fields in(object);
  in.integer("job_id");
  in.integer("limit");
  in.optional_object("tags");
  REQUIRE(in.refusal());
  CHECK(in.refusal()->code == "INVALID_PARAMETER_VALUE");
  CHECK(in.refusal()->message == "Field 'job_id' must be an integer, not string.");
}

TEST_CASE("numbers that do not fit are refused") {
  for (json value : {json("99999999999999999999"), json(1e300), json(1.5), json(""), json(" 1")}) {
    CAPTURE(to_text(value));
    CHECK_FALSE(coerce_integer(value));
  }
}
