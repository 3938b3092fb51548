#include "workspace/jobs/settings/reference_names.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::workspace;

namespace {

Answer<void> check(std::string text) {
  json task = {{"task_key", "a"}, {"spark_python_task", {{"parameters", JsonArray{text}}}}};
  return check_references(JsonObject{{"tasks", JsonArray{task}}});
}

}  // namespace

TEST_CASE("every reference of the documentation is known") {
  for (auto text : {"{{job.id}}",
                    "{{job.name}}",
                    "{{job.run_id}}",
                    "{{job.repair_count}}",
                    "{{job.start_time.iso_date}}",
                    "{{ job.start_time.timestamp_ms }}",
                    "{{job.trigger.type}}",
                    "{{job.trigger.time.hour}}",
                    "{{job.trigger.file_arrival.location}}",
                    "{{job.parameters.any}}",
                    "{{task.name}}",
                    "{{task.run_id}}",
                    "{{task.execution_count}}",
                    "{{task.notebook_path}}",
                    "{{tasks.x.run_id}}",
                    "{{tasks.x.result_state}}",
                    "{{tasks.x.error_code}}",
                    "{{tasks.x.execution_count}}",
                    "{{tasks.x.values.any}}",
                    "{{tasks.`x y`.values.`a.b`}}",
                    "{{workspace.id}}",
                    "{{workspace.url}}",
                    "{{input}}",
                    "{{input.field}}",
                    "{{job_id}}"}) {
    CAPTURE(text);
    CHECK(check(text));
  }
}

TEST_CASE("a misspelled name is refused with the nearest one") {
  CHECK(check("x {{job.naem}}").error().message ==
        "The reference '{{job.naem}}' is not known: did you mean 'name'?");
  CHECK(check("{{job.start_time.iso_dat}}").error().message.find("'iso_date'") != std::string::npos);
  CHECK(check("{{tasks.x.result}}").error().message.find("'result_state'") != std::string::npos);
  CHECK(check("{{workspace.host}}").error().code == "INVALID_PARAMETER_VALUE");
  for (auto text : {"{{job}}", "{{tasks.x}}", "{{tasks}}", "{{job.start_time}}", "{{workspace}}"})
    CHECK(check(text).error().message.find("says not what") != std::string::npos);
}

TEST_CASE("what is no reference is text") {
  for (auto text :
       {"{{my.value}", "{{other.thing}}", "{{ job id }}", "{{1 + 1}}", "{{}}", "{{job.`a}}", "{{a..b}}"}) {
    CAPTURE(text);
    CHECK(check(text));
  }
}

TEST_CASE("the defaults of job parameters are looked at as well") {
  json parameter = {{"name", "day"}, {"default", "{{job.start_time.isodate}}"}};
  CHECK_FALSE(check_references(JsonObject{{"parameters", JsonArray{parameter}}}));
}
