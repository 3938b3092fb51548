#include "workspace/jobs/references.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::workspace;

namespace {

References example() {
  DriverSetting setting{.host = "http://h", .org_id = "42"};
  Run run{.run_id = 7, .job_id = 3, .name = "report"};
  run.spec = {{"shown", {{"job_parameters", JsonArray{{{"name", "a-b"}, {"value", "{{job.id}}"}}}}}}};
  run.created_ms = 1'709'210'096'789;  // 2024-02-29T12:34:56.789Z, a Thursday
  Run done{.run_id = 8, .parent_id = 7, .task_key = "first", .life_cycle = LifeCycle::terminated};
  done.result = ResultState::success;
  Run own{.run_id = 9, .parent_id = 7, .task_key = "second", .attempt = 1};
  return references_of(setting, run, {done, own}, own);
}

std::string resolved(std::string_view text) { return resolve_references(text, example()); }

}  // namespace

TEST_CASE("references to the job, the task, others tasks and the time are filled in") {
  CHECK(resolved("{{job.id}}/{{ job.run_id }}/{{task.name}}/{{task.run_id}}") == "3/7/second/9");
  CHECK(resolved("{{tasks.first.result_state}} {{tasks.first.run_id}}") == "success 8");
  CHECK(resolved("{{job.start_time.iso_datetime}}") == "2024-02-29T12:34:56");
  CHECK(resolved("{{job.start_time.iso_weekday}} {{job.start_time.is_weekday}}") == "4 true");
  CHECK(resolved("{{task.execution_count}} {{task_retry_count}} {{start_date}}") == "2 1 2024-02-29");
}

TEST_CASE("what comes out of a reference is not looked at again") {
  CHECK(resolved("{{job.parameters.`a-b`}}") == "{{job.id}}");
  CHECK(resolved("{{job.parameters.a-b}}{{job.id}}") == "{{job.id}}3");
}

TEST_CASE("what is not known, or no reference, stays as it was written") {
  for (auto text :
       {"{{job.naem}}", "{{}}", "{{", "}}{{", "{ {job.id}}", "{{tasks.second.result_state}}", "plain"})
    CHECK(resolved(text) == text);
}

TEST_CASE("only the settings of the task's type are resolved") {
  json task = {{"task_key", "{{job.id}}"}, {"notebook_task", {{"base_parameters", {{"id", "{{job.id}}"}}}}}};
  auto done = resolve_references(task, example());
  CHECK(done.at("task_key") == "{{job.id}}");
  CHECK(done.at("notebook_task").at("base_parameters").at("id") == "3");
}
