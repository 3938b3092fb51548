#include "databricks/wire/mark.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::databricks;

TEST_CASE("the mark stands behind what somebody else wrote, and is found again") {
  json body = {{"run_name", "report"},
               {"tasks", JsonArray{json{{"task_key", "a"}}, json{{"task_key", "b"}}}}};
  put_mark(body, "tutorial/daily of run calm-otter", "weir-12-3-1");
  CHECK(body.at("tasks").at(0).at("description") ==
        "[started by weir: tutorial/daily of run calm-otter, weir-12-3-1]");
  CHECK(find(body.at("tasks").at(1), "description") == nullptr);
  CHECK(body.at("run_name") == "report");
  CHECK(mark_of(body) == "weir-12-3-1");

  json described = {{"tasks", JsonArray{json{{"description", "my [own] words"}}}}};
  put_mark(described, "a, b]c", "weir-12-3-2");
  CHECK(described.at("tasks").at(0).at("description").as_string().starts_with("my [own] words [started"));
  CHECK(mark_of(described) == "weir-12-3-2");
}

TEST_CASE("runs of others have no mark") {
  CHECK_FALSE(mark_of({{"run_id", 1}}));
  CHECK_FALSE(mark_of({{"tasks", JsonArray{json{{"description", "[started by hand]"}}, json(1)}}}));
  json nothing_to_mark = {{"tasks", JsonArray{}}};
  put_mark(nothing_to_mark, "a", "t");
  CHECK(nothing_to_mark == json{{"tasks", JsonArray{}}});
}
