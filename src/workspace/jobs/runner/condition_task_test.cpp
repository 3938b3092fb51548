#include "workspace/jobs/settings/condition.h"
#include "workspace/steering_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

JsonObject condition(std::string_view key, std::string_view op, std::string_view left,
                     std::string_view right) {
  return {{"task_key", key}, {"condition_task", JsonObject{{"op", op}, {"left", left}, {"right", right}}}};
}

}  // namespace

TEST_CASE("a condition on another task's value takes one branch and excludes the other") {
  SteeringWorkspace served;
  JsonObject check =
      after(condition("check", "GREATER_THAN", "{{tasks.count.values.rows}}", "10.5"), "count");
  auto id = served.start({served.python("count", sets_values), check,
                          after(served.python("load", "print('{{x}}')\n"), "check", "true"),
                          after(served.python("skip", ""), "check", "false")});
  auto run = served.wait_for_end(id);
  CHECK(served.result(run) == "SUCCESS");
  CHECK(served.results(run) ==
        Results{{"count", "SUCCESS"}, {"check", "SUCCESS"}, {"load", "SUCCESS"}, {"skip", "EXCLUDED"}});
  auto task = served.task(id, "check");
  CHECK(task.at("condition_task") == json{{"op", "GREATER_THAN"},
                                          {"left", "{{tasks.count.values.rows}}"},
                                          {"right", "10.5"},
                                          {"outcome", "true"}});
  CHECK(task.at("resolved_values").at("condition_task").at("left") == "12");
  CHECK(int_or(task, "end_time", 0) > 0);
  auto skipped = served.task(id, "skip");
  CHECK(served.state(skipped) == "SKIPPED");
  CHECK(skipped.at("status").at("termination_details").at("code") == "SKIPPED");
}

TEST_CASE("a run of conditions alone needs no driver") {
  SteeringWorkspace served;
  auto id =
      served.start({condition("a", "EQUAL_TO", "{{job.parameters.env}}", "dev"),
                    after(condition("b", "NOT_EQUAL", "{{tasks.a.result_state}}", "success"), "a", "true")},
                   {{"parameters", JsonArray{{{"name", "env"}, {"default", "dev"}}}}});
  auto run = served.wait_for_end(id);
  CHECK(served.results(run) == Results{{"a", "SUCCESS"}, {"b", "SUCCESS"}});
  CHECK(served.task(id, "b").at("condition_task").at("outcome") == "false");
  CHECK(int_or(run, "start_time", 0) > 0);
}

TEST_CASE("a condition that cannot be compared fails with the reason, and is not tried again") {
  SteeringWorkspace served;
  JsonObject wrong = condition("wrong", "LESS_THAN", "many", "10");
  wrong["max_retries"] = 3;
  auto id = served.start({wrong, after(served.python("load", ""), "wrong", "true")});
  auto run = served.wait_for_end(id);
  CHECK(served.result(run) == "FAILED");
  CHECK(served.results(run) == Results{{"wrong", "FAILED"}, {"load", "UPSTREAM_FAILED"}});
  CHECK(run.at("tasks").get_array().size() == 2);
  CHECK(string_or(run.at("state"), "state_message", "").find("'many' is none") != std::string::npos);

  id = served.start({served.python("count", ""),
                     after(condition("check", "EQUAL_TO", "{{tasks.count.values.rows}}", "1"), "count")});
  run = served.wait_for_end(id);
  CHECK(string_or(served.task(id, "check").at("state"), "state_message", "") ==
        "Failed to resolve references: Task value referenced by 'tasks.count.values.rows' in task 'check' "
        "was not "
        "found.");
}

TEST_CASE("a program that refers to a value nobody set does not start") {
  SteeringWorkspace served;
  JsonObject load = served.python("load", "", {"{{tasks.count.values.rows}}"});
  auto id = served.start({served.python("count", ""), after(load, "count")});
  served.wait_for_end(id);
  CHECK(served.task(id, "load").at("status").at("termination_details").at("code") ==
        "INVALID_RUN_CONFIGURATION");
}

TEST_CASE("conditions that make no sense are refused when the job is made") {
  SteeringWorkspace served;
  auto refusal = [&](JsonArray tasks) {
    return served.post("2.1/jobs/create", {{"tasks", tasks}}).message();
  };
  auto words = [&](JsonArray tasks, std::string_view expected) {
    std::string message = refusal(std::move(tasks));
    CAPTURE(message);
    CHECK(message.find(expected) != std::string::npos);
  };
  words({condition("a", "GREATER", "1", "2")}, "did you mean 'GREATER_THAN'?");
  words({JsonObject{{"task_key", "a"}, {"condition_task", JsonObject{{"op", "EQUAL_TO"}, {"left", "1"}}}}},
        "missing required field: condition_task.right");
  words({condition("a", "EQUAL_TO", "{{job.naem}}", "2")}, "did you mean 'name'?");
  words({condition("a", "EQUAL_TO", "1", "1"), after(condition("b", "EQUAL_TO", "1", "1"), "a", "yes")},
        "outcome must be \"true\" or \"false\"");
  words({served.python("a", ""), after(served.python("b", ""), "a", "true")},
        "only a condition_task has an outcome");
}

TEST_CASE("Airflow's numbers that are texts, and texts that are numbers, are compared all the same") {
  SteeringWorkspace served;
  json task = {{"task_key", "a"}, {"condition_task", {{"op", "LESS_THAN"}, {"left", 1}, {"right", 2.5}}}};
  auto id = served.start({task});
  served.wait_for_end(id);
  CHECK(served.task(id, "a").at("condition_task").at("outcome") == "true");
}
