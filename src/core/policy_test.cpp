#include "core/policy.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::core;
using namespace std::chrono_literals;

namespace {

Failure failure(std::string message, Failure::Why why = Failure::Why::error) {
  Failure failure;
  failure.why = why;
  failure.message = std::move(message);
  return failure;
}

Duration delay(const Retry& retry, std::uint32_t failures, std::uint64_t seed = 0) {
  return delay_before_retry(retry, failures, seed);
}

}  // namespace

TEST_CASE("a delay is fixed, taken from a list, or grows up to a cap") {
  CHECK(delay({.count = 3}, 1) == 0s);
  Retry listed{.count = 9, .delays = {1s, 5s}};
  CHECK(delay(listed, 1) == 1s);
  CHECK(delay(listed, 2) == 5s);
  CHECK(delay(listed, 7) == 5s);
  Retry growing{.count = 9, .delays = {1s}, .backoff = 2, .delay_max = 5s};
  CHECK(delay(growing, 1) == 1s);
  CHECK(delay(growing, 3) == 4s);
  CHECK(delay(growing, 4) == 5s);
  CHECK(delay({.count = 1000, .delays = {1h}, .backoff = 10}, 1000) == std::chrono::days{365});
  CHECK(delay({.count = 1000, .delays = {0s}, .backoff = 1000}, 1000) == 0s);
}

TEST_CASE("jitter lengthens a delay by up to its share and is the same for the same attempt") {
  Retry retry{.count = 1, .delays = {10s}, .jitter = 0.5};
  CHECK(delay(retry, 1, 0) == 10s);
  CHECK(delay(retry, 1, ~std::uint64_t{0}) <= 15s);
  CHECK(delay(retry, 1, ~std::uint64_t{0}) > 14s);
  CHECK(delay(retry, 1, 12345) == delay(retry, 1, 12345));
}

TEST_CASE("a retry is granted as often as the policy says, on the failures it names") {
  CHECK(grants_retry({.count = 2}, failure("boom"), 2));
  CHECK_FALSE(grants_retry({.count = 2}, failure("boom"), 3));
  Retry picky{.count = 5, .on = {"timeout", "HTTP 5*"}, .never_on = {"*quota*"}};
  CHECK(grants_retry(picky, failure("too slow", Failure::Why::timeout), 1));
  CHECK(grants_retry(picky, failure("HTTP 503: busy"), 1));
  CHECK_FALSE(grants_retry(picky, failure("HTTP 503: quota"), 1));
  CHECK_FALSE(grants_retry(picky, failure("HTTP 404"), 1));
  auto final = failure("boom");
  final.retryable = false;
  CHECK_FALSE(grants_retry({.count = 2}, final, 1));
}

TEST_CASE("a failure is known by its code too, which can ask for a retry that nobody else would make") {
  auto cluster = failure("the cluster went away");
  cluster.detail = {{"termination_code", "CLUSTER_ERROR"}};
  CHECK(grants_retry({.count = 1, .on = {"CLUSTER_*"}}, cluster, 1));
  CHECK_FALSE(grants_retry({.count = 1, .never_on = {"CLUSTER_ERROR"}}, cluster, 1));
  cluster.retryable = false;
  CHECK_FALSE(grants_retry({.count = 1, .on = {"CLUSTER_*"}}, cluster, 1));
  CHECK(grants_retry({.count = 1, .on = {"CLUSTER_ERROR"}}, cluster, 1));
  CHECK_FALSE(grants_retry({.count = 1, .on = {"CLUSTER_ERROR"}, .never_on = {"*away"}}, cluster, 1));
}

TEST_CASE("stars of a pattern stand for any text, also none, also several times") {
  CHECK(matches("*", failure("")));
  CHECK(matches("a*b*c", failure("a--b-b--c")));
  CHECK_FALSE(matches("a*b*c", failure("a--b-b--d")));
  CHECK_FALSE(matches("boom", failure("boom!")));
}

TEST_CASE("a policy written to a history reads back the same") {
  Policy policy;
  policy.retry = {4, {1s, 2s}, 2.5, 1min, 0.25, {"timeout"}, {"*quota*"}};
  policy.timeout = 90s;
  policy.trigger = {Trigger::at_least, 2};
  policy.when = Condition{"x", Condition::Is::in, JsonArray{json("x")}};
  policy.cleanup = policy.may_fail = true;
  policy.cache = Cache{json("key"), true, "2", 24h, true};
  policy.limits = {{"db", 2}, {"api", 1}};
  policy.hooks = {{Hook::On::failure, {"notify", "team"}}};
  policy.priority = -5;
  CHECK(policy_from(to_json(policy)) == policy);
  CHECK(policy_from(to_json(Policy{})) == Policy{});
  CHECK(to_json(Policy{}).get_object().empty());
}

TEST_CASE("policies of the first schema still read") {
  auto policy = policy_from({{"retries", 2}, {"retry_delay_us", 5'000'000}, {"timeout_us", 1'000'000}});
  CHECK(policy.retry.count == 2);
  CHECK(policy.retry.delays == std::vector<Duration>{5s});
  CHECK(policy.timeout == 1s);
}
