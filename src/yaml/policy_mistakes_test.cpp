// What people get wrong about how tasks are run, and the exact words they read then.
#include "yaml/test_complaints.h"

using namespace weir;
using namespace weir::yaml;

namespace {

/// The complaints about the keys of a flow with one task, which has these members.
std::string flow(std::string_view keys, std::string_view members = "value: 1") {
  return complaints("flow: f\n" + std::string(keys) + "\ntasks: {a: {" + std::string(members) + "}}\n");
}

constexpr const char* map_hint =
    "\nwrite a list, or one look-up alone: \"{{ tasks.list.result }}\"; or a mapping of such, walked along "
    "together";

}  // namespace

TEST_CASE("what shapes retries needs retries") {
  CHECK(task("{retry_delay: 1s, value: 1}") ==
        "f.yaml:3:7: 'retry_delay' has no effect without 'retries'\nsay how often the task is tried again: "
        "retries: 3");
  CHECK(task("{retries: 1, retry_jitter: 0.5, value: 1}") ==
        "f.yaml:3:19: 'retry_jitter' has no effect without 'retry_delay'\nsay how long the first delay is: "
        "retry_delay: 10s");
  CHECK(task("{retries: 0, retry_on: timeout, value: 1}").empty());
}

TEST_CASE("delays, back-off and jitter stay in their ranges") {
  CHECK(task("{retries: 1, retry_delay: [], value: 1}") ==
        "f.yaml:3:32: 'retry_delay' lists no delay\nwrite for example [1s, 10s, 1m]");
  CHECK(task("{retries: 1, retry_delay: [1s, x], value: 1}") ==
        "f.yaml:3:37: 'retry_delay': 'x' is not a duration\nwrite for example 500ms, 10s, 2m, 1h30m or 1d");
  CHECK(task("{retries: 1, retry_delay: 1s, retry_jitter: 1.5, value: 1}") ==
        "f.yaml:3:50: 'retry_jitter' must be from 0 to 1, not 1.5");
  CHECK(task("{retries: 1, retry_delay: 1s, retry_backoff: 0.5, value: 1}") ==
        "f.yaml:3:51: 'retry_backoff' must be from 1 to 1000, not 0.5");
  CHECK(task("{retries: 1, retry_delay: 1s, retry_backoff: fast, value: 1}") ==
        "f.yaml:3:51: 'retry_backoff' must be a number, not 'fast'\n1 to 1000");
}

TEST_CASE("a way to fail that is misspelt is not taken for a message") {
  CHECK(task("{retries: 1, retry_on: timout, value: 1}") ==
        "f.yaml:3:29: 'timout' is no way to fail\ndid you mean 'timeout'? Messages are matched with *: "
        "\"HTTP 5*\"");
  CHECK(task("{retries: 1, retry_on: [timeout, 5], value: 1}") ==
        "f.yaml:3:39: 'retry_on' lists texts, not 5");
  CHECK(task("{retries: 1, retry_on: {a: b}, value: 1}") ==
        "f.yaml:3:29: 'retry_on' must be text or a list of texts, not a mapping");
}

TEST_CASE("a trigger is one of the rules") {
  CHECK(task("{needs: other, trigger: one_fail, value: 1}") ==
        "f.yaml:3:30: 'trigger' cannot be 'one_fail'\ndid you mean 'one_failed'?");
  CHECK(task("{needs: other, trigger: at_least, value: 1}") ==
        "f.yaml:3:30: 'at_least' needs a number\nwrite trigger: {at_least: 2}");
  CHECK(task("{needs: other, trigger: {at_lest: 1}, value: 1}") ==
        "f.yaml:3:31: unknown key 'at_lest'\ndid you mean 'at_least'?");
  CHECK(task("{needs: other, trigger: {at_least: 0}, value: 1}") ==
        "f.yaml:3:41: 'at_least' must be from 1 to 1000000, not 0");
  CHECK(task("{needs: other, trigger: {}, value: 1}") ==
        "f.yaml:3:30: 'trigger' is empty\nwrite trigger: {at_least: 2}");
}

TEST_CASE("a rule about upstreams has upstreams to judge") {
  CHECK(task("{trigger: all_done, value: 1}") ==
        "f.yaml:3:7: 'trigger' has no effect on a task that needs no other\nsay what it waits for: needs: "
        "[a, b]");
  CHECK(task("{cleanup: true, value: 1}") ==
        "f.yaml:3:7: 'cleanup' has no effect on a task that needs no other\nsay what it waits for: needs: "
        "[a, b]");
  CHECK(task("{needs: other, cleanup: true, trigger: all_done, value: 1}") ==
        "f.yaml:3:36: task 'a' cleans up and has a trigger\nclean-up runs after what it needs, however that "
        "has ended; remove the trigger");
  CHECK(task("{needs: other, trigger: {at_least: 2}, value: 1}") ==
        "f.yaml:3:30: task 'a' waits for 2 tasks, but needs only 1\nit could never start");
  CHECK(task("{trigger: all_done, value: '{{ tasks.other.result }}'}").empty());
}

TEST_CASE("switches are true or false") {
  CHECK(task("{may_fail: often, value: 1}") == "f.yaml:3:17: 'may_fail' must be true or false, not 'often'");
  CHECK(task("{needs: other, cleanup: yes, value: 1}") ==
        "f.yaml:3:30: 'cleanup' must be true or false, not 'yes'");
}

TEST_CASE("a condition looks something up and compares it once") {
  CHECK(task("{when: parameters.full, value: 1}") ==
        "f.yaml:3:13: 'when' looks nothing up, so it never changes\nwrite for example when: \"{{ "
        "parameters.full }}\"");
  CHECK(task("{when: {equals: '{{ run.name }}'}, value: 1}") ==
        "f.yaml:3:13: 'when' needs 'value'\nwrite when: {value: \"{{ parameters.region }}\", equals: west}");
  CHECK(task("{when: {value: '{{ run.name }}', equal: x}, value: 1}") ==
        "f.yaml:3:39: unknown key 'equal'\ndid you mean 'equals'?");
  CHECK(
      task("{when: {value: '{{ run.name }}', equals: x, in: [x]}, value: 1}") ==
      "f.yaml:3:50: 'when' has two comparisons, 'equals' and 'in'\nkeep one; what needs more is the work of "
      "a task");
  CHECK(task("{when: {value: '{{ run.name }}', in: x}, value: 1}") ==
        "f.yaml:3:43: 'in' must be a list, not 'x'");
  CHECK(task("{when: {value: '{{ run.name }}', less_than: [1]}, value: 1}") ==
        "f.yaml:3:50: 'less_than' must be a number or text, not a list");
}

TEST_CASE("look-ups outside the inputs are checked like those in them") {
  CHECK(task("{when: '{{ parameters.full }}', value: 1}") ==
        "f.yaml:3:13: '{{ parameters.full }}': no parameter 'full'\ndeclare it: parameters: {full: …}");
  CHECK(task("{map: '{{ tasks.othr.result }}', value: 1}") ==
        "f.yaml:3:12: '{{ tasks.othr.result }}': no task 'othr'\ndid you mean 'other'?");
  CHECK(task("{cache: {key: '{{ tasks.other }}'}, value: 1}") ==
        "f.yaml:3:20: '{{ tasks.other }}' must go on with .result after the task\nwrite {{ "
        "tasks.other.result }}");
  CHECK(task("{when: '{{ tasks.a.result }}', value: 1}") ==
        "f.yaml:3:3: task 'a' needs itself\nremove it from what it needs");
}

TEST_CASE("items are known in what is mapped, and nowhere else") {
  CHECK(task("{value: {x: '{{ item.day }}'}}") ==
        "f.yaml:3:18: '{{ item.day }}' is known in a mapped task only\ngive the task a 'map'");
  CHECK(task("{when: '{{ index }}', value: 1}") ==
        "f.yaml:3:13: '{{ index }}' is known in a mapped task only\ngive the task a 'map'");
  CHECK(task("{map: '{{ item.parts }}', value: 1}") ==
        "f.yaml:3:12: '{{ item.parts }}' is what 'map' itself gives\nmap over a list: a parameter, or the "
        "result of a task");
  CHECK(task("{cache: {key: '{{ item }}'}, value: '{{ index }}', map: [1, 2]}").empty());
}

TEST_CASE("a task is mapped over lists") {
  CHECK(task("{map: 5, value: 1}") ==
        std::string("f.yaml:3:12: 'map' must be a list or a look-up of one, not 5") + map_hint);
  CHECK(task("{map: 'x {{ run.name }}', value: 1}") ==
        std::string("f.yaml:3:12: 'map' must be a list or a look-up of one, not 'x {{ run.name }}'") +
            map_hint);
  CHECK(task("{map: {}, value: 1}") ==
        std::string("f.yaml:3:12: 'map' must be a list or a look-up of one, not a mapping") + map_hint);
  CHECK(task("{map: {day: {x: [1]}}, value: 1}") ==
        std::string("f.yaml:3:18: 'day' must be a list or a look-up of one, not a mapping") + map_hint);
  CHECK(task("{map: {day: [1, 2], size: [1]}, value: 1}") ==
        "f.yaml:3:26: 'day' has 2 items, 'size' has 1\nlists that are mapped together must have one length");
  CHECK(task("{map: {$day: [1]}, value: 1}").starts_with("f.yaml:3:13: '$day' is not a valid item name\n"));
}

TEST_CASE("a cache says what it keeps results by") {
  CHECK(
      task("{cache: 1d, value: 1}") ==
      "f.yaml:3:14: 'cache' must be true or a mapping, not '1d'\nwrite cache: true, or cache: {expires: 1d}");
  CHECK(task("{cache: {expire: 1d}, value: 1}") ==
        "f.yaml:3:15: unknown key 'expire'\ndid you mean 'expires'?");
  CHECK(task("{cache: {expires: 0, key: , version: [1]}, value: 1}") ==
        "f.yaml:3:24: 'expires' must be longer than nothing\nleave it out for no limit\n"
        "f.yaml:3:27: the cache key is empty\nleave it out to cache by the task's inputs\n"
        "f.yaml:3:43: 'version' must be text, not a list");
}

TEST_CASE("limits are names, and what is taken of them is there") {
  CHECK(task("{limits: [db, db], value: 1}") ==
        "f.yaml:3:20: the limit 'db' is listed twice\nto take two of its slots, write limits: {db: 2}");
  CHECK(task("{limits: {db: 0}, value: 1}") == "f.yaml:3:20: 'db' must be from 1 to 100000, not 0");
  CHECK(task("{limits: 'my db', value: 1}").starts_with("f.yaml:3:15: 'my db' is not a valid limit name\n"));
  CHECK(flow("limits: {db: 2}", "value: 1, limits: {db: 3}") ==
        "f.yaml:3:32: task 'a' wants 3 slots of 'db', which has 2\nit could never start");
  CHECK(flow("limits: {warehouse: 2}", "value: 1, limits: [warehose]") ==
        "f.yaml:3:32: no limit 'warehose'\ndid you mean 'warehouse'?");
  CHECK(flow("limits: [db]") ==
        "f.yaml:2:9: 'limits' must be a mapping, not a list\nwrite name: how many at a time, for example "
        "limits: {database: 3}");
  CHECK(task("{priority: high, value: 1}") ==
        "f.yaml:3:17: 'priority' must be an integer, not 'high'\n-1000000 to 1000000");
}

TEST_CASE("runs are limited in number and time") {
  CHECK(flow("max_runs: 0") == "f.yaml:2:11: 'max_runs' must be from 1 to 100000, not 0");
  CHECK(
      flow("when_busy: queue") ==
      "f.yaml:2:1: 'when_busy' has no effect without 'max_runs'\nsay how many runs are enough: max_runs: 1");
  CHECK(flow("max_runs: 1\nwhen_busy: wait") ==
        "f.yaml:3:12: 'when_busy' cannot be 'wait'\nknown: queue, refuse");
  CHECK(flow("timeout: 0") ==
        "f.yaml:2:10: 'timeout' must be longer than nothing\nleave it out for no limit");
}
