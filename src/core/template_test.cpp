#include "core/template.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::core;

namespace {

std::string complaint(const json& authored) {
  auto compiled = compile_template(authored);
  return compiled ? "" : to_text(compiled.error().error);
}

}  // namespace

TEST_CASE("JSON without look-ups compiles to itself") {
  json plain = {{"a", {1, 2.5, true, nullptr}}, {"b", "{ not } }} a { template"}, {"c", JsonObject{}}};
  CHECK(compile_template(plain) == plain);
}

TEST_CASE("a string that is one look-up becomes a hole, mixed text a list of its pieces") {
  CHECK(compile_template("{{ parameters.region }}") == hole({"parameters", "region"}));
  CHECK(compile_template("{{run.id}}") == hole({"run", "id"}));
  CHECK(compile_template("eu-{{ parameters.region }}-{{ run.name }}") ==
        json{{"$text", {"eu-", hole({"parameters", "region"}), "-", hole({"run", "name"})}}});
  CHECK(compile_template("{{ run.id }}{{ run.id }}") ==
        json{{"$text", {hole({"run", "id"}), hole({"run", "id"})}}});
}

TEST_CASE("paths reach into results by name, index and bracket") {
  CHECK(compile_template("{{ tasks.split.result.parts.0 }}") ==
        hole({"tasks", "split", "result", "parts", "0"}));
  CHECK(compile_template("{{ tasks['a.b'].result[0][\"it's\"] }}") ==
        hole({"tasks", "a.b", "result", "0", "it's"}));
  CHECK(compile_template("{{ tasks.a-b.result.größe }}") == hole({"tasks", "a-b", "result", "größe"}));
}

TEST_CASE("a path as people write it reads back as the same path") {
  for (const Path& path : {Path{"tasks", "a", "result", "0", "x-y"},
                           Path{"tasks", "a.b", "result", "it's", "größe"}, Path{"parameters", "x y"}}) {
    CHECK(compile_template(json("{{ " + to_text(path) + " }}")) == hole(path));
  }
  CHECK(to_text(Path{"parameters", "region"}) == "parameters.region");
}

TEST_CASE("quoted text stands for itself, braces and all") {
  CHECK(compile_template("{{ '{{job.run_id}}' }}") == json("{{job.run_id}}"));
  CHECK(compile_template("id {{ \"{{a}}\" }} of {{ run.id }}") ==
        json{{"$text", {"id {{a}} of ", hole({"run", "id"})}}});
  CHECK(compile_template("{{ '' }}") == json(""));
}

TEST_CASE("an object with a dollar key is wrapped, and look-ups inside still work") {
  json compiled = compile_template({{"$ref", "{{ run.id }}"}, {"x", 1}}).value();
  CHECK(compiled == json{{"$literal", {{"$ref", hole({"run", "id"})}, {"x", 1}}}});
}

TEST_CASE("what is no look-up is refused with the text as it was written") {
  CHECK(complaint("x {{ region") == "'{{ region' is not closed\nend the look-up with }}");
  CHECK(complaint("{{ parameters.region }") ==
        "'{{ parameters.region }' is not closed\nend the look-up with }}");
  CHECK(complaint("{{ 'a }}").starts_with("'{{ 'a }}' is not a look-up: ''a' is not expected there"));
  CHECK(complaint("{{ }}") == "'{{ }}' is empty\nname what to look up, for example {{ parameters.region }}");
  CHECK(complaint("{{}}").starts_with("'{{}}' is empty"));
  CHECK(
      complaint("{{ now() }}")
          .starts_with("'{{ now() }}' is not a look-up: '()' is not expected there\nlook-ups name a value"));
  CHECK(complaint("{{ run.id | upper }}")
            .starts_with("'{{ run.id | upper }}' is not a look-up: '|' is not expected there"));
  CHECK(complaint("{{ run. }}").starts_with("'{{ run. }}' is not a look-up: '.' is not expected there"));
}

TEST_CASE("a long or non-ASCII look-up is shortened between characters") {
  auto text = complaint(json("{{ " + std::string(56, 'a') + "é" + std::string(100, 'b')));
  CHECK(text.starts_with("'{{ " + std::string(56, 'a') + "…' is not closed"));
}

TEST_CASE("an unknown root is refused with the nearest one, or the way to keep the braces") {
  CHECK(complaint("{{ params.region }}") ==
        "'{{ params.region }}' looks up 'params', which does not exist\ndid you mean 'parameters'?");
  CHECK(complaint("{{ task.a.result }}").ends_with("did you mean 'tasks'?"));
  CHECK(complaint("{{job.run_id}}") ==
        "'{{job.run_id}}' looks up 'job', which does not exist\n"
        "look up parameters, tasks, run or flow; quoted text stands for itself: {{ '{{job.run_id}}' }}");
}

TEST_CASE("a look-up that stops short or goes astray says how to go on") {
  CHECK(complaint("{{ tasks.config }}") ==
        "'{{ tasks.config }}' must go on with .result after the task\nwrite {{ tasks.config.result }}");
  CHECK(complaint("{{ tasks.config.run_id }}").ends_with("write {{ tasks.config.result.run_id }}"));
  CHECK(complaint("{{ tasks.config.reslt.run_id }}").ends_with("write {{ tasks.config.result.run_id }}"));
  CHECK(complaint("{{ tasks.my.task.result }}")
            .ends_with("a key with dots goes in brackets: tasks['my.task'].result"));
  CHECK(complaint("{{ tasks }}") == "'{{ tasks }}' names no task\nwrite {{ tasks.<key>.result }}");
  CHECK(complaint("{{ parameters }}") ==
        "'{{ parameters }}' names no parameter\nwrite {{ parameters.<name> }}");
  CHECK(complaint("{{ run }}") == "'{{ run }}' must name a member of 'run'\nfor example {{ run.id }}");
  CHECK(complaint("{{ run.nam }}") == "'{{ run.nam }}': run has no member 'nam'\ndid you mean 'name'?");
  CHECK(complaint("{{ flow.name.x }}") == "'{{ flow.name.x }}': flow.name is text and has no members");
}

TEST_CASE("every problem is found, each with its place") {
  std::vector<Problem> problems;
  json compiled = compile_template({{"a/b", {"ok", "{{ x"}}, {"{{ run.id }}", 1}}, problems);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].path == "/a~1b/1");
  CHECK_FALSE(problems[0].about_name);
  CHECK(problems[1].about_name);
  CHECK(to_text(problems[1].error) ==
        "'{{ run.id }}' is a key, and keys cannot be templates\nput it in a value");
  CHECK(lookups_in(compiled).empty());
}

TEST_CASE("templates nested deeper than the limit are refused") {
  json deep = 1;
  for (std::size_t i = 0; i < template_depth_max; ++i) deep = JsonArray{deep};
  CHECK(compile_template(deep));
  CHECK(complaint(JsonArray{deep}) == "nested deeper than 40 levels");
}

TEST_CASE("look-ups are listed in document order with the place of their text") {
  auto lookups = lookups_in(compile_template({{"x", {"{{ run.id }}", "a {{ parameters.p }}"}},
                                              {"y", {{"$z", "{{ tasks.t.result }}"}}}})
                                .value());
  REQUIRE(lookups.size() == 3);
  CHECK(lookups[0].where == "/x/0");
  CHECK(lookups[0].path == Path{"run", "id"});
  CHECK(lookups[1].where == "/x/1");
  CHECK(lookups[2].where == "/y/$z");
  CHECK(lookups[2].path == Path{"tasks", "t", "result"});
}
