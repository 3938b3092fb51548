// What people get wrong in flow files, and the exact words they read then.
#include <doctest/doctest.h>

#include "yaml/test_complaints.h"

using namespace weir;
using namespace weir::yaml;

namespace {

constexpr const char* give_kind = "give it one of: value, process, databricks.run_now, databricks.submit_run";
constexpr const char* no_template_here =
    "a template is not looked up here\ntemplates belong in the inputs of a task's kind, "
    "and in its map, when and cache key";
constexpr const char* write_duration = "write for example 500ms, 10s, 2m, 1h30m or 1d";

}  // namespace

TEST_CASE("a file that is no mapping is refused") {
  CHECK(complaints("") == "f.yaml:1:1: the file is empty");
  CHECK(complaints("# nothing but a comment\n") == "f.yaml:1:1: the file is empty");
  CHECK(complaints("just text") ==
        "f.yaml:1:1: a flow file must be a mapping, not text\nstart with flow: name_of_the_flow");
  CHECK(complaints("\n- a\n- b\n") ==
        "f.yaml:2:1: a flow file must be a mapping, not a list\nstart with flow: name_of_the_flow");
}

TEST_CASE("missing and empty sections are named") {
  CHECK(complaints("tasks: {a: {value: 1}}") ==
        "f.yaml:1:1: 'flow' is missing\nname the flow in the first line: flow: name_of_the_flow");
  CHECK(complaints("flow: f") ==
        "f.yaml:1:1: 'tasks' is missing\nfor example tasks: {hello: {process: [echo, hello]}}");
  for (auto empty : {"flow: f\ntasks:\n", "flow: f\ntasks: {}\n", "flow: f\ntasks: ~\n"}) {
    CHECK(complaints(empty) ==
          "f.yaml:2:1: 'tasks' is empty\nfor example tasks: {hello: {process: [echo, hello]}}");
  }
}

TEST_CASE("sections of the wrong type say what they should be") {
  CHECK(complaints("flow: f\ntasks: [a]") ==
        "f.yaml:2:8: 'tasks' must be a mapping, not a list\nfor example tasks: {hello: {process: [echo, "
        "hello]}}");
  CHECK(complaints("flow: 5\nparameters: [a]\ndescription: {}\ntasks: {a: {value: 1}}") ==
        "f.yaml:1:7: 'flow' must be text, not an integer\nwrite flow: name_of_the_flow\n"
        "f.yaml:2:13: 'parameters' must be a mapping, not a list\n"
        "write name: default, and null for a default that must be given\n"
        "f.yaml:3:14: 'description' must be text, not a mapping");
}

TEST_CASE("an unknown key at the top is named with the nearest one") {
  CHECK(complaints("flow: f\nparameter: {}\ntasks: {a: {value: 1}}") ==
        "f.yaml:2:1: unknown key 'parameter'\ndid you mean 'parameters'?");
}

TEST_CASE("an unknown key of a task is named with the nearest one") {
  CHECK(task("{retrys: 2, value: 1}") == "f.yaml:3:7: unknown key 'retrys'\ndid you mean 'retries'?");
  CHECK(task("{colour: red, value: 1}") ==
        "f.yaml:3:7: unknown key 'colour'\na task has one kind (value, process, databricks.run_now, "
        "databricks.submit_run), and any of needs, description, trigger, when, cleanup, map, timeout, "
        "may_fail, persist, cache, limits, priority, retries, retry_delay, retry_backoff, retry_delay_max, "
        "retry_jitter, retry_on, never_retry_on, on_success, on_failure, on_cancel, "
        "on_retry, on_end");
}

TEST_CASE("an unknown kind is named with the nearest one") {
  CHECK(task("{databricks.runnow: {job: x}}") ==
        "f.yaml:3:7: unknown kind 'databricks.runnow'\ndid you mean 'databricks.run_now'?");
  CHECK(task("{proces: [x]}") == "f.yaml:3:7: unknown kind 'proces'\ndid you mean 'process'?");
}

TEST_CASE("a task has exactly one kind") {
  CHECK(task("{value: 1, process: [x]}") ==
        "f.yaml:3:17: task 'a' has two kinds, 'value' and 'process'\nsplit it in two tasks");
  CHECK(task("{retries: 1}") == std::string("f.yaml:3:3: task 'a' has no kind\n") + give_kind);
  CHECK(task("[x]") == std::string("f.yaml:3:6: a task must be a mapping, not a list\n") + give_kind);
  CHECK(task("") == std::string("f.yaml:3:3: a task must be a mapping, not null\n") + give_kind);
}

TEST_CASE("inputs are checked against the kind, at the place where they were written") {
  CHECK(task("{databricks.run_now: {job: x, notebook_parms: {}}}") ==
        "f.yaml:3:36: 'databricks.run_now' has no field 'notebook_parms'\ndid you mean 'notebook_params'?");
  CHECK(task("{databricks.run_now: {}}") ==
        "f.yaml:3:27: 'databricks.run_now' needs the field 'job'\njob: name of the job");
  CHECK(task("{databricks.run_now: {job: [x]}}") ==
        "f.yaml:3:33: field 'job' of 'databricks.run_now' must be a string, not an array\nname of the job");
  CHECK(task("{databricks.run_now: x}") ==
        "f.yaml:3:27: 'databricks.run_now' takes an object, not a string\nits fields: job, notebook_params");
  CHECK(
      task("{process: echo}") ==
      "f.yaml:3:16: field 'argv' of 'process' must be an array, not a string\nthe program and its arguments");
}

TEST_CASE("retries must be a number in its range") {
  CHECK(task("{retries: many, value: 1}") ==
        "f.yaml:3:16: 'retries' must be an integer, not 'many'\n0 to 1000");
  CHECK(task("{retries: 1.5, value: 1}") == "f.yaml:3:16: 'retries' must be an integer, not 1.5\n0 to 1000");
  CHECK(task("{retries: \"2\", value: 1}") ==
        "f.yaml:3:16: 'retries' must be an integer, not '2'\n0 to 1000");
  CHECK(task("{retries: [1], value: 1}") ==
        "f.yaml:3:16: 'retries' must be an integer, not a list\n0 to 1000");
  CHECK(task("{retries: -1, value: 1}") == "f.yaml:3:16: 'retries' must be from 0 to 1000, not -1");
  CHECK(task("{retries: 1001, value: 1}") == "f.yaml:3:16: 'retries' must be from 0 to 1000, not 1001");
  CHECK(task("{retries: 99999999999, value: 1}") ==
        "f.yaml:3:16: 'retries' must be from 0 to 1000, not 99999999999");
}

TEST_CASE("durations must be durations") {
  CHECK(task("{retries: 1, retry_delay: 10 parsecs, value: 1}") ==
        std::string("f.yaml:3:32: 'retry_delay': '10 parsecs' is not a duration\n") + write_duration);
  CHECK(task("{timeout: -5s, value: 1}") ==
        std::string("f.yaml:3:16: 'timeout': '-5s' is not a duration\n") + write_duration);
  CHECK(task("{timeout: [], value: 1}") ==
        std::string("f.yaml:3:16: 'timeout' must be a duration, not a list\n") + write_duration);
  CHECK(task("{timeout: true, value: 1}") ==
        std::string("f.yaml:3:16: 'timeout' must be a duration, not a boolean\n") + write_duration);
  CHECK(task("{timeout: 0, value: 1}") ==
        "f.yaml:3:16: 'timeout' must be longer than nothing\nleave it out for no limit");
  CHECK(task("{timeout: 90, retries: 1, retry_delay: 1.5, value: 1}").empty());
}

TEST_CASE("what a task needs must be names of tasks") {
  CHECK(task("{needs: {b: c}, value: 1}") ==
        "f.yaml:3:14: 'needs' must be the name of a task or a list of names, not a mapping\n"
        "write needs: other_task, or needs: [a, b]");
  CHECK(task("{needs: , value: 1}") ==
        "f.yaml:3:7: 'needs' must be the name of a task or a list of names, not null\n"
        "write needs: other_task, or needs: [a, b]");
  CHECK(task("{needs: [[b]], value: 1}") == "f.yaml:3:15: 'needs' lists names of tasks, not a list");
}

TEST_CASE("what a task needs must exist") {
  CHECK(complaints(
            "flow: f\ntasks:\n  ingest: {value: 1}\n  daily:\n    needs: [ingest, ingst]\n    value: 2\n") ==
        "f.yaml:5:21: task 'daily' needs 'ingst', which does not exist\ndid you mean 'ingest'?");
}

TEST_CASE("no task may wait for itself") {
  CHECK(task("{needs: a, value: 1}") == "f.yaml:3:3: task 'a' needs itself\nremove it from what it needs");
  CHECK(task("{value: \"{{ tasks.a.result }}\"}") ==
        "f.yaml:3:3: task 'a' needs itself\nremove it from what it needs");
}

TEST_CASE("a circle is printed from its first task, whether by order or by data") {
  CHECK(complaints("flow: f\n"
                   "tasks:\n"
                   "  start: {value: 1}\n"
                   "  a: {needs: [start, b], value: 1}\n"
                   "  b: {value: \"{{ tasks.c.result }}\"}\n"
                   "  c: {needs: a, value: 1}\n") ==
        "f.yaml:4:3: tasks need each other in a circle: a -> b -> c -> a\n"
        "each needs the next one; one of them has to start");
}

TEST_CASE("names follow the rules of names") {
  CHECK(complaints("flow: my flow\nparameters: {-x: 1}\ntasks: {a/b: {value: 1}}") ==
        "f.yaml:1:7: 'my flow' is not a valid flow name\n"
        "use letters, digits, _ - and ., starting with a letter, digit or _, at most 128 in all\n"
        "f.yaml:2:14: '-x' is not a valid parameter name\n"
        "use letters, digits, _ - and ., starting with a letter, digit or _, at most 128 in all\n"
        "f.yaml:3:9: 'a/b' is not a valid task name\n"
        "use letters, digits, _ - and ., starting with a letter, digit or _, at most 128 in all");
}

TEST_CASE("a template that is no look-up is refused where it stands") {
  CHECK(task("{value: \"x {{ run.id\"}") ==
        "f.yaml:3:14: '{{ run.id' is not closed\nend the look-up with }}");
  CHECK(task("{value: [1, \"{{ }}\"]}") ==
        "f.yaml:3:18: '{{ }}' is empty\nname what to look up, for example {{ parameters.region }}");
  CHECK(task("{value: {deep: {er: \"{{ params.region }}\"}}}") ==
        "f.yaml:3:26: '{{ params.region }}' looks up 'params', which does not exist\ndid you mean "
        "'parameters'?");
  CHECK(task("{value: \"{{ tasks.other }}\"}") ==
        "f.yaml:3:14: '{{ tasks.other }}' must go on with .result after the task\nwrite {{ "
        "tasks.other.result }}");
}

TEST_CASE("a look-up names a parameter or task that exists") {
  CHECK(complaints(
            "flow: f\nparameters: {region: west}\ntasks:\n  a: {value: \"{{ parameters.regoin }}\"}\n") ==
        "f.yaml:4:14: '{{ parameters.regoin }}': no parameter 'regoin'\ndid you mean 'region'?");
  CHECK(task("{value: \"{{ parameters.region }}\"}") ==
        "f.yaml:3:14: '{{ parameters.region }}': no parameter 'region'\ndeclare it: parameters: {region: …}");
  CHECK(task("{value: {x: \"{{ tasks.othr.result.id }}\"}}") ==
        "f.yaml:3:18: '{{ tasks.othr.result.id }}': no task 'othr'\ndid you mean 'other'?");
}

TEST_CASE("templates are refused where nothing looks them up") {
  CHECK(complaints("flow: \"{{ run.id }}\"\nparameters: {day: [\"{{ run.id }}\"]}\ntasks: {a: {value: 1}}") ==
        std::string("f.yaml:1:7: ") + no_template_here + "\nf.yaml:2:20: " + no_template_here);
  CHECK(task("{needs: \"{{ parameters.x }}\", value: 1}") == std::string("f.yaml:3:14: ") + no_template_here);
  CHECK(task("{retries: \"{{ parameters.x }}\", value: 1}") ==
        std::string("f.yaml:3:16: ") + no_template_here);
  CHECK(task("{timeout: \"{{ parameters.x }}\", value: 1}") ==
        std::string("f.yaml:3:16: ") + no_template_here);
  CHECK(task("{value: {\"{{ run.id }}\": 1}}") ==
        "f.yaml:3:15: '{{ run.id }}' is a key, and keys cannot be templates\nput it in a value");
}

TEST_CASE("a mistake in what several tasks share is told at its source") {
  CHECK(complaints("flow: f\n"
                   "tasks:\n"
                   "  a: {value: &v {x: \"{{ nope }}\"}}\n"
                   "  b: {databricks.submit_run: *v}\n") ==
        "f.yaml:3:21: '{{ nope }}' looks up 'nope', which does not exist\n"
        "look up parameters, tasks, run or flow; quoted text stands for itself: {{ '{{job.run_id}}' }}\n"
        "f.yaml:3:21: '{{ nope }}' looks up 'nope', which does not exist\n"
        "look up parameters, tasks, run or flow; quoted text stands for itself: {{ '{{job.run_id}}' }}");
}

TEST_CASE("every mistake of a file is reported, in the order of the file") {
  CHECK(
      complaints("flow: f\n"
                 "tasks:\n"
                 "  one: {process: [a], retrys: 1}\n"
                 "  two: {needs: oen, value: \"{{ x.y }}\", timeout: soon}\n"
                 "  three: {proces: [a]}\n"
                 "colour: red\n") ==
      "f.yaml:3:23: unknown key 'retrys'\ndid you mean 'retries'?\n"
      "f.yaml:4:16: task 'two' needs 'oen', which does not exist\ndid you mean 'one'?\n"
      "f.yaml:4:28: '{{ x.y }}' looks up 'x', which does not exist\n"
      "look up parameters, tasks, run or flow; quoted text stands for itself: {{ '{{job.run_id}}' }}\n"
      "f.yaml:4:50: 'timeout': 'soon' is not a duration\nwrite for example 500ms, 10s, 2m, 1h30m or 1d\n"
      "f.yaml:5:11: unknown kind 'proces'\ndid you mean 'process'?\n"
      "f.yaml:6:1: unknown key 'colour'\nknown: flow, description, parameters, timeout, max_runs, when_busy, "
      "limits, tasks, on_success, on_failure, on_cancel, on_end");
}

TEST_CASE("a file with very many mistakes shows some and counts the rest") {
  std::string text = "flow: f\ntasks:\n";
  for (int i = 0; i < 60; ++i) text += "  t" + std::to_string(i) + ": {needs: nobody, value: 1}\n";
  auto errors = parse_flow(text, "f.yaml", test_kinds).error();
  CHECK(errors.size() == 51);
  CHECK(errors.back().message == "f.yaml: 10 more problems");
}

TEST_CASE("columns count characters, not bytes") {
  CHECK(task("{value: {größe: ü, x: \"{{ größe\"}}") ==
        "f.yaml:3:28: '{{ größe' is not closed\nend the look-up with }}");
}
