#include "workspace/jobs/plan/references.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::workspace;

namespace {

References example() {
  DriverSetting setting{.host = "http://h", .org_id = "42"};
  Run run{.run_id = 7, .job_id = 3, .name = "{{job.id}}", .trigger = "PERIODIC"};
  run.spec = {{"shown", {{"job_parameters", JsonArray{{{"name", "a-b"}, {"value", "{{job.id}}"}}}}}},
              {"repairs", 2}};
  run.created_ms = 1'709'210'096'789;  // 2024-02-29T12:34:56.789Z, a Thursday
  Run done{.run_id = 8, .parent_id = 7, .task_key = "first", .life_cycle = LifeCycle::terminated};
  done.result = ResultState::success;
  Run failed{.run_id = 6, .parent_id = 7, .task_key = "broken", .life_cycle = LifeCycle::terminated};
  failed.result = ResultState::failed;
  failed.termination = "RUN_EXECUTION_ERROR";
  Run own{.run_id = 9,
          .parent_id = 7,
          .task_key = "second",
          .attempt = 1,
          .input = R"({"day": 3, "tags": ["a"]})"};
  own.spec = {{"task_key", "second"}, {"notebook_task", {{"notebook_path", "/Shared/report"}}}};
  auto values_of = [](std::int64_t task_run_id) {
    return task_run_id == 8 ? json{{"rows", 12}, {"region", "west"}, {"days", JsonArray{1, 2}}, {"ok", true}}
                            : json{};
  };
  return references_of(setting, run, {done, failed, own}, own, values_of);
}

std::string resolved(std::string_view text) { return resolve_text(text, example()); }

}  // namespace

TEST_CASE("references to the job, the task, others tasks and the time are filled in") {
  CHECK(resolved("{{job.id}}/{{ job.run_id }}/{{task.name}}/{{task.run_id}}") == "3/7/second/9");
  CHECK(resolved("{{tasks.first.result_state}} {{tasks.first.run_id}}") == "success 8");
  CHECK(resolved("{{job.start_time.iso_datetime}}") == "2024-02-29T12:34:56");
  CHECK(resolved("{{job.start_time.iso_weekday}} {{job.start_time.is_weekday}}") == "4 true");
  CHECK(resolved("{{task.execution_count}} {{task_retry_count}} {{start_date}}") == "2 1 2024-02-29");
}

TEST_CASE("what comes out of a reference is not looked at again") {
  CHECK(resolved("{{job.name}}{{job.id}}") == "{{job.id}}3");
}

TEST_CASE("a job parameter may refer to the job") {
  CHECK(resolved("{{job.parameters.`a-b`}} {{job.parameters.a-b}}") == "3 3");
}

TEST_CASE("how a task ended, and what it has set, are there for the tasks after it") {
  CHECK(resolved("{{tasks.first.values.rows}} {{tasks.first.values.region}}") == "12 west");
  CHECK(resolved("{{tasks.first.values.days}} {{tasks.first.values.ok}}") == "[1,2] true");
  CHECK(resolved("{{tasks.broken.result_state}} {{tasks.broken.error_code}}") == "failed RunExecutionError");
  CHECK(resolved("[{{tasks.first.error_code}}]") == "[]");
}

TEST_CASE("an iteration has its input, whole and by field") {
  CHECK(resolved("{{input}}") == R"({"day":3,"tags":["a"]})");
  CHECK(resolved("{{input.day}} {{input.tags}}") == R"(3 ["a"])");
}

TEST_CASE("what started the run, and when") {
  CHECK(resolved("{{job.trigger.type}} {{job.trigger.time.iso_datetime}}") == "periodic 2024-02-29T12:34:00");
  CHECK(resolved("{{job.repair_count}} {{task.notebook_path}}") == "2 /Shared/report");
}

TEST_CASE("a value that another task has not set is an error, with its name") {
  json task = {{"task_key", "second"}, {"condition_task", {{"left", "{{tasks.first.values.none}}"}}}};
  CHECK(resolve_task(task, example()).error() ==
        "Failed to resolve references: Task value referenced by 'tasks.first.values.none' in task 'second' "
        "was not "
        "found.");
}

TEST_CASE("of a task that repeats another only the inputs are resolved") {
  json task = {
      {"for_each_task", {{"inputs", "{{tasks.first.values.days}}"}, {"task", {{"p", "{{job.id}}"}}}}}};
  auto done = resolve_task(task, example()).value();
  CHECK(done.at("for_each_task").at("inputs") == "[1,2]");
  CHECK(done.at("for_each_task").at("task").at("p") == "{{job.id}}");
}

TEST_CASE("what is not known, or no reference, stays as it was written") {
  for (auto text :
       {"{{job.naem}}", "{{}}", "{{", "}}{{", "{ {job.id}}", "{{tasks.second.result_state}}", "plain"})
    CHECK(resolved(text) == text);
}

TEST_CASE("only the settings of the task's type are resolved") {
  json task = {{"task_key", "{{job.id}}"}, {"notebook_task", {{"base_parameters", {{"id", "{{job.id}}"}}}}}};
  auto done = resolve_task(task, example()).value();
  CHECK(done.at("task_key") == "{{job.id}}");
  CHECK(done.at("notebook_task").at("base_parameters").at("id") == "3");
}
