// How tasks and runs are run, as flow files say it.
#include <doctest/doctest.h>

#include "core/template.h"
#include "yaml/flow_file.h"
#include "yaml/test_kinds.h"

using namespace weir;
using namespace weir::yaml;
using namespace std::chrono_literals;
using core::hole;

namespace {

core::FlowSpec flow_of(std::string_view text) {
  auto flow = parse_flow(text, "flow.yaml", test_kinds);
  if (!flow) FAIL(to_text(flow.error().front()));
  return std::move(*flow);
}

/// The last of four tasks, of which the first three are `a`, `b` and `c`.
core::TaskSpec task_of(const std::string& mapping) {
  auto flow = flow_of(
      "flow: f\nparameters: {region: west, days: []}\n"
      "tasks:\n  a: {value: 1}\n  b: {value: 1}\n  c: {value: 1}\n  last: " +
      mapping + "\n");
  return flow.tasks.back();
}

core::Policy policy_of(const std::string& mapping) { return task_of(mapping).policy; }

}  // namespace

TEST_CASE("a task without policies has those of the engine") {
  CHECK(policy_of("{value: 1}") == core::Policy{});
}

TEST_CASE("retries have a delay or a list of delays, a back-off with an end, and jitter") {
  auto retry = policy_of(
                   "{value: 1, retries: 5, retry_delay: 10s, retry_backoff: 2, retry_delay_max: 5m, "
                   "retry_jitter: 0.2}")
                   .retry;
  CHECK(retry == core::Retry{.count = 5, .delays = {10s}, .backoff = 2, .delay_max = 5min, .jitter = 0.2});
  CHECK(policy_of("{value: 1, retries: 3, retry_delay: [1s, 10s, 1m]}").retry.delays ==
        std::vector<Duration>{1s, 10s, 1min});
}

TEST_CASE("retries can depend on the failure") {
  auto retry =
      policy_of("{value: 1, retries: 1, retry_on: [timeout, 'HTTP 5*'], never_retry_on: '*quota*'}").retry;
  CHECK(retry.on == std::vector<std::string>{"timeout", "HTTP 5*"});
  CHECK(retry.never_on == std::vector<std::string>{"*quota*"});
}

TEST_CASE("a trigger is a rule, or a number of tasks that must succeed") {
  CHECK(policy_of("{needs: [a, b], value: 1, trigger: one_failed}").trigger ==
        core::TriggerRule{core::Trigger::one_failed, 0});
  CHECK(policy_of("{needs: [a, b], value: 1, trigger: {at_least: 2}}").trigger ==
        core::TriggerRule{core::Trigger::at_least, 2});
  CHECK(policy_of("{needs: a, value: 1, cleanup: true}").cleanup);
  CHECK(policy_of("{value: 1, may_fail: true}").may_fail);
  CHECK(policy_of("{value: 1, persist: true}").persist);
}

TEST_CASE("a condition is a look-up, or a comparison with one") {
  auto truthy = policy_of("{value: 1, when: '{{ parameters.region }}'}").when;
  CHECK(truthy == core::Condition{.value = hole({"parameters", "region"})});
  using Is = core::Condition::Is;
  auto compared = [](const std::string& comparison) {
    return *policy_of("{value: 1, when: {value: '{{ parameters.region }}', " + comparison + "}}").when;
  };
  CHECK(compared("equals: west").is == Is::equals);
  CHECK(compared("equals: west").operand == json("west"));
  CHECK(compared("not_equals: null").is == Is::not_equals);
  CHECK(compared("in: [west, east]").operand == json{"west", "east"});
  CHECK(compared("not_in: '{{ parameters.days }}'").operand == hole({"parameters", "days"}));
  CHECK(compared("less_than: 5").is == Is::less_than);
  CHECK(compared("greater_than: b").is == Is::greater_than);
  CHECK(policy_of("{value: 1, when: false}").when->value == json(false));
}

TEST_CASE("results are kept by the inputs, or by a key with a version and an end") {
  CHECK(policy_of("{value: 1, cache: true}").cache == core::Cache{});
  CHECK_FALSE(policy_of("{value: 1, cache: false}").cache);
  auto cache = policy_of(
                   "{value: 1, cache: {key: ['{{ parameters.region }}', 7], version: 1.10, expires: 1d, "
                   "refresh: true}}")
                   .cache;
  CHECK(cache == core::Cache{.key = json{hole({"parameters", "region"}), 7},
                             .version = "1.10",
                             .expires = 24h,
                             .refresh = true});
}

TEST_CASE("a task takes slots of limits, one unless it says how many") {
  using Uses = std::vector<core::LimitUse>;
  CHECK(policy_of("{value: 1, limits: db}").limits == Uses{{"db", 1}});
  CHECK(policy_of("{value: 1, limits: [db, api]}").limits == Uses{{"db", 1}, {"api", 1}});
  CHECK(policy_of("{value: 1, limits: {db: 2, api: 1}}").limits == Uses{{"db", 2}, {"api", 1}});
  CHECK(policy_of("{value: 1, priority: -5}").priority == -5);
}

TEST_CASE("a task is mapped over a look-up, a list, or several walked along together") {
  CHECK(task_of("{map: '{{ tasks.a.result }}', value: '{{ item }}'}").map == hole({"tasks", "a", "result"}));
  CHECK(task_of("{map: [1, '{{ parameters.region }}'], value: '{{ index }}'}").map->at(0) == json(1));
  auto zip =
      task_of("{map: {day: '{{ parameters.days }}', size: [1, 2]}, value: '{{ item.day }} {{ item.size }}'}");
  CHECK(zip.map == json{{"day", hole({"parameters", "days"})}, {"size", {1, 2}}});
}

TEST_CASE("what a map, a condition and a cache key read is waited for, after what is needed") {
  auto task = task_of(
      "{needs: c, map: '{{ tasks.b.result }}', when: '{{ tasks.a.result }}', cache: {key: '{{ tasks.c.result "
      "}}'}, value: '{{ item }}'}");
  CHECK(task.upstreams == std::vector<std::string>{"c", "b", "a"});
}

TEST_CASE("a flow may limit its runs, their time, and what its tasks share") {
  auto flow = flow_of(
      "flow: f\ntimeout: 2h\nmax_runs: 3\nwhen_busy: refuse\nlimits: {db: 3, api: 1}\n"
      "tasks: {a: {limits: {db: 3}, value: 1}}");
  CHECK(flow.timeout == 2h);
  CHECK(flow.run_limit.runs == 3);
  CHECK(flow.run_limit.refuse);
  CHECK(flow.limits == std::vector<core::LimitUse>{{"db", 3}, {"api", 1}});
  CHECK_FALSE(flow_of("flow: f\nmax_runs: 1\nwhen_busy: queue\ntasks: {a: {value: 1}}").run_limit.refuse);
}

TEST_CASE("a limit that the flow does not declare may have its size elsewhere") {
  CHECK(policy_of("{value: 1, limits: {warehouse: 7}}").limits.front().slots == 7);
}

TEST_CASE("hooks are programs with their arguments, of a task and of the run") {
  auto flow = flow_of(
      "flow: f\non_failure: [notify, team]\non_end: log\ntasks:\n  a: {value: 1, on_retry: [tell, again]}\n");
  CHECK(flow.hooks == std::vector<core::Hook>{{core::Hook::On::failure, {"notify", "team"}},
                                              {core::Hook::On::end, {"log"}}});
  CHECK(flow.tasks[0].policy.hooks == std::vector<core::Hook>{{core::Hook::On::retry, {"tell", "again"}}});
}
