#include <set>

#include <doctest/doctest.h>

#include "databricks/operations/json_template.h"
#include "databricks/operations/operation.h"
#include "databricks/operations/remote_path.h"

using namespace weir;
using namespace weir::databricks::operations;

TEST_CASE("a field that is given beside the template replaces its own, and numbers stay numbers") {
  json inputs = {{"json", {{"job_id", 7}, {"queue", {{"enabled", true}}}, {"python_params", {"a", "b"}}}},
                 {"python_params", {"c"}}};
  REQUIRE_FALSE(merge_template(inputs));
  CHECK(inputs == json{{"job_id", 7}, {"queue", {{"enabled", true}}}, {"python_params", {"c"}}});
}

TEST_CASE("notebook parameters are merged name by name") {
  json inputs = {{"json", {{"notebook_params", {{"region", "west"}, {"day", "monday"}}}}},
                 {"notebook_params", {{"day", "friday"}}}};
  REQUIRE_FALSE(merge_template(inputs));
  CHECK(inputs == json{{"notebook_params", {{"region", "west"}, {"day", "friday"}}}});
}

TEST_CASE("a template that is no object is told where it stands") {
  json inputs = {{"json", "job 7"}};
  auto bad = merge_template(inputs);
  REQUIRE(bad);
  CHECK(bad->path == "/json");
}

TEST_CASE("what the template says counts as given, and is checked like the rest") {
  const auto& kind = find_operation("databricks.put_secret")->kind;
  json inputs = {{"json", {{"scope", "etl"}, {"kye", "token"}, {"value", {{"env", "TOKEN"}}}}}};
  auto problems = core::problems_with(kind, inputs);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].path == "/json/kye");
  CHECK(problems[0].error.hint == "did you mean 'key'?");
  CHECK(problems[1].error.message == "'databricks.put_secret' needs the field 'key'");
}

TEST_CASE("every operation says what it does, and no two have one name") {
  std::set<std::string> names;
  for (const auto& operation : all()) {
    INFO(operation.kind.name);
    CHECK(operation.kind.name.starts_with("databricks."));
    CHECK_FALSE(operation.kind.summary.empty());
    bool can_be_prepared = operation.prepare != nullptr;
    CHECK(can_be_prepared);
    CHECK(names.insert(operation.kind.name).second);
    for (const auto& field : operation.kind.fields) CHECK_FALSE(field.summary.empty());
  }
}

TEST_CASE("the place of a file is known by its path") {
  using Place = RemotePath::Place;
  auto is = [](std::string_view text, Place place, std::string_view path) {
    auto parsed = parse_remote_path(text);
    return parsed && parsed->place == place && parsed->path == path;
  };
  CHECK(is("dbfs:/a/b", Place::dbfs, "/a/b"));
  CHECK(is("/dbfs/a", Place::dbfs, "/a"));
  CHECK(is("/Volumes/main/raw/x/a.csv", Place::volume, "/Volumes/main/raw/x/a.csv"));
  CHECK(is("dbfs:/Volumes/main/raw/x/a.csv", Place::volume, "/Volumes/main/raw/x/a.csv"));
  CHECK(is("/Workspace/Shared/a", Place::workspace, "/Shared/a"));
  CHECK(is("/Shared/a", Place::workspace, "/Shared/a"));
  auto lost = parse_remote_path("/tmp/a");
  REQUIRE_FALSE(lost);
  CHECK(lost.error().hint == "begin with dbfs:/, /Volumes/ or /Workspace/");
}
