// Every policy as a C++ flow says it, and what comes of it in a real run.
#include <atomic>
#include <future>
#include <latch>
#include <mutex>

#include "api/test_process.h"

using namespace weir;
using namespace weir::api::testing;
using namespace std::chrono_literals;

namespace {

struct World {
  Scratch scratch{};
  Process process{scratch.path()};
  const core::Run& run(std::function<void()> body) { return process.run(flow("f", std::move(body))); }
};

const auto fine = task("fine", [] { return 1; });
const auto bad = task("bad", []() -> int { throw std::out_of_range("row 7"); });
const auto idle = task("idle", []() -> int { throw Skip("no rows today"); });

std::string error_of(const core::Run& run) { return run.body_error() ? run.body_error()->message : ""; }

}  // namespace

TEST_CASE("a task is retried as often as it says, after the delays it says") {
  World world;
  std::atomic<int> calls = 0;
  const auto flaky = task("flaky",
                          [&] {
                            if (++calls < 3) throw std::runtime_error("not yet");
                            return calls.load();
                          },
                          {.retries = 2,
                           .retry_delay = {1ms, 2ms},
                           .retry_backoff = 2,
                           .retry_delay_max = 1s,
                           .retry_jitter = 0.2});
  const auto& run = world.run([&] { flaky(); });
  CHECK(value_of(run, "flaky") == 3);
  const auto& retry = run.spec(0).policy.retry;
  CHECK(retry.delays == std::vector<Duration>{1ms, 2ms});
  CHECK(retry.backoff == 2);
  CHECK(retry.jitter == doctest::Approx(0.2));
  CHECK(retry.delay_max == Duration(1s));
}

TEST_CASE("failures are retried by what they say, and some are final") {
  World world;
  const auto final = task("final", []() -> int { throw FailWithoutRetry("wrong password"); }, {.retries = 3});
  const auto& run = world.run([&] {
    bad(with({.retries = 1, .retry_on = {"std::out_of_range: *"}}).named("matching"));
    bad(with({.retries = 1, .retry_on = {"timeout"}}).named("other"));
    bad(with({.retries = 1, .never_retry_on = {"*row 7"}}).named("never"));
    final();
  });
  CHECK(run.attempts(*run.index_of("matching")) == 2);
  CHECK(run.attempts(*run.index_of("other")) == 1);
  CHECK(run.attempts(*run.index_of("never")) == 1);
  CHECK(run.attempts(*run.index_of("final")) == 1);
}

TEST_CASE("an attempt that takes too long is asked to stop and has timed out") {
  World world;
  const auto slow = task("slow",
                         [] {
                           std::promise<void> stopped;
                           std::stop_callback on_stop(context().stop_token(), [&] { stopped.set_value(); });
                           stopped.get_future().wait();
                         },
                         {.timeout = 5ms});
  const auto& run = world.run([&] { slow(); });
  CHECK(state_of(run, "slow") == "failed");
  CHECK(run.failure(0)->why == core::Failure::Why::timeout);
}

TEST_CASE("trigger rules tell when a task starts") {
  World world;
  const auto& run = world.run([] {
    auto ok = fine();
    auto failed = bad();
    auto skipped = idle();
    fine(after(ok, failed).named("success"));
    fine(after(ok, failed).trigger(Trigger::all_done).named("done"));
    fine(after(failed).trigger(Trigger::one_failed).named("alarm"));
    fine(after(ok).trigger(Trigger::one_failed).named("no_alarm"));
    fine(after(ok, skipped).trigger(Trigger::none_failed).named("none_failed"));
    fine(after(ok, fine(named("ok2")), failed).trigger(Trigger::at_least(2)).named("two"));
    fine(after(ok, failed).trigger(Trigger::one_success).named("one"));
    fine(after(failed).trigger(Trigger::all_failed).named("all_failed"));
    fine(after(skipped).trigger(Trigger::none_failed_min_one_success).named("min_one"));
  });
  CHECK(state_of(run, "success") == "upstream_failed");
  CHECK(state_of(run, "done") == "succeeded");
  CHECK(state_of(run, "alarm") == "succeeded");
  CHECK(state_of(run, "no_alarm") == "skipped");
  CHECK(state_of(run, "none_failed") == "succeeded");
  CHECK(state_of(run, "two") == "succeeded");
  CHECK(state_of(run, "one") == "succeeded");
  CHECK(state_of(run, "all_failed") == "succeeded");
  CHECK(state_of(run, "min_one") == "skipped");
}

TEST_CASE("a task that throws Skip is skipped with its reason, and what waits for it too") {
  World world;
  const auto& run = world.run([] { fine(after(idle())); });
  CHECK(state_of(run, "idle") == "skipped");
  CHECK(*run.note(0) == "no rows today");
  CHECK(state_of(run, "fine") == "skipped");
  CHECK(run.state() == core::RunState::succeeded);
}

TEST_CASE("a condition on a result decides whether a task runs") {
  World world;
  const auto count = task("count", [](int n) { return n; });
  const auto& run = world.run([&] {
    auto none = count(0), some = count(5);
    fine(when(none).named("unless"));
    fine(when(some).named("if"));
    fine(when(some, Is::greater_than, 9).named("more"));
    fine(when(some, Is::in, {1, 5}).named("among"));
  });
  CHECK(state_of(run, "unless") == "skipped");
  CHECK(state_of(run, "if") == "succeeded");
  CHECK(state_of(run, "more") == "skipped");
  CHECK(state_of(run, "among") == "succeeded");
}

TEST_CASE("clean-up runs after what it cleans up, also when that failed or the run is cancelled") {
  World world;
  const auto wait = task("wait", [&] {
    std::promise<void> stopped;
    std::stop_callback on_stop(context().stop_token(), [&] { stopped.set_value(); });
    world.process.engine().cancel(0);
    stopped.get_future().wait();
  });
  const auto& run = world.run([&] {
    auto made = fine(named("make"));
    auto used = wait(after(made));
    fine(cleanup_of(made, used).named("drop"));
    fine(after(used).named("never"));
  });
  CHECK(run.state() == core::RunState::cancelled);
  CHECK(state_of(run, "wait") == "cancelled");
  CHECK(state_of(run, "drop") == "succeeded");
  CHECK(state_of(run, "never") == "cancelled");
}

TEST_CASE("a task that may fail does not make the run fail") {
  World world;
  const auto& run = world.run([] { bad(with({.may_fail = true})); });
  CHECK(state_of(run, "bad") == "failed");
  CHECK(run.state() == core::RunState::succeeded);
}

TEST_CASE("a result is cached by the task's arguments, until its version changes or it is to be made anew") {
  World world;
  std::atomic<int> calls = 0;
  const auto square = task("square", [&](int n) { return ++calls, n * n; }, {.cache = by_inputs(24h)});
  auto body = [&] {
    auto first = square(3, named("first"));
    square(3, named("elsewhere"));
  };
  world.run(body);
  CHECK(calls == 2);  // tasks of different keys are different tasks
  const auto& again = world.run(body);
  CHECK(calls == 2);
  CHECK(value_of(again, "first") == 9);
  CHECK(again.is_cached(*again.index_of("first")));
  world.run([&] { square(4, named("first")); });
  CHECK(calls == 3);
  world.run([&] { square(3, with({.cache = Cache{.version = "2"}}).named("first")); });
  CHECK(calls == 4);
  world.run([&] { square(3, with({.cache = Cache{.refresh = true}}).named("first")); });
  CHECK(calls == 5);
}

TEST_CASE("a function of the program makes the key under which a result is cached") {
  World world;
  std::atomic<int> calls = 0;
  const auto load = task("load", [&](std::string day, int) { return ++calls, day; },
                         {.cache = by_key([](std::string day, int) { return "load of " + day; })});
  world.run([&] { load("monday", 1); });
  const auto& run = world.run([&] {
    auto same = load("monday", 2, named("same"));
    load("tuesday", 2, after(same).named("other"));
    load.map({"tuesday", "monday"}, 3, after(same).named("many"));
  });
  CHECK(run.is_cached(*run.index_of("same")));
  CHECK_FALSE(run.is_cached(*run.index_of("other")));
  CHECK(run.is_cached(*run.index_of("many[1]")));
}

TEST_CASE("where the key function throws, nothing is taken from the cache and nothing is kept in it") {
  World world;
  std::atomic<int> calls = 0;
  auto broken = by_key([](std::string) -> std::string { throw std::runtime_error("unreachable"); });
  const auto size = task("size", [&](std::string) { return ++calls; }, {.cache = broken});
  const auto lines = task("lines", [&](std::string) { return ++calls; }, {.cache = broken});
  world.run([&] { lines("/a", after(size("/a"))); });
  CHECK(calls == 2);
}

TEST_CASE("a key function that takes something else than its task is refused") {
  World world;
  const auto load =
      task("load", [](std::string day) { return day; }, {.cache = by_key([](int) { return "x"; })});
  CHECK(error_of(world.run([&] { load("monday"); })) ==
        "task 'load': the function given to weir::by_key must take what the task takes, in the same types");
}

TEST_CASE("a limit is never exceeded, and what has priority goes first") {
  World world;
  std::mutex mutex;
  std::vector<int> order;
  std::atomic<int> inside = 0, most = 0;
  const auto query = task("query",
                          [&](int n) {
                            int now = ++inside;
                            if (now > most) most = now;
                            {
                              std::lock_guard lock(mutex);
                              order.push_back(n);
                            }
                            --inside;
                          },
                          {.limits = {"db"}});
  std::latch declared(1);
  const auto opens = task("opens", [&] { declared.wait(); });
  auto body = [&] {
    auto gate = opens();
    for (int n = 0; n < 4; ++n) query(n, after(gate).with({.priority = n}));
    declared.count_down();
  };
  world.process.run(flow("f", body, {.limits = {{"db", 1}}}));
  CHECK(most == 1);
  CHECK(order == std::vector<int>{3, 2, 1, 0});
}

TEST_CASE("a limit that nobody has declared is an error that names it") {
  World world;
  const auto query = task("query", [] {}, {.limits = {{"db", 2}}});
  CHECK(error_of(world.run([&] { query(); })).find("the concurrency limit 'db' has no size") !=
        std::string::npos);
}

TEST_CASE("a run that takes too long has failed") {
  World world;
  const auto slow = task("slow", [] {
    std::promise<void> stopped;
    std::stop_callback on_stop(context().stop_token(), [&] { stopped.set_value(); });
    stopped.get_future().wait();
  });
  const auto& run = world.process.run(flow("f", [&] { slow(); }, {.timeout = 5ms}));
  CHECK(run.state() == core::RunState::failed);
}

TEST_CASE("a flow may refuse a second run while one is under way") {
  core::RunStarted about;
  api::describe(flow("f", [] {}, {.max_runs = 2, .when_busy = WhenBusy::refuse}), about);
  CHECK(about.run_limit.runs == 2);
  CHECK(about.run_limit.refuse);
}

TEST_CASE("options that cannot be are refused when the task is called") {
  World world;
  auto refused = [&](TaskOptions options) { return error_of(world.run([&] { fine(with(options)); })); };
  CHECK(refused({.retries = 1001}) == "task 'fine': retries must be 0 to 1000, not 1001");
  CHECK(refused({.retry_jitter = 2}) == "task 'fine': retry_jitter must be 0 to 1, not 2");
  CHECK(refused({.retry_backoff = 0.5}) == "task 'fine': retry_backoff must be 1 or more, not 0.5");
  CHECK(refused({.timeout = 0s}) == "task 'fine': timeout must be longer than nothing");
  CHECK(refused({.trigger = Trigger::at_least(0)}) ==
        "task 'fine': trigger at_least needs a count of 1 or more");
}

TEST_CASE("options of a call take the place of the task's own; what they leave out stays") {
  World world;
  const auto load = task("load", [] {}, {.retries = 3, .retry_delay = 1s, .priority = 2});
  const auto& run = world.run([&] { load(with({.retries = 1}).trigger(Trigger::all_done)); });
  const auto& policy = run.spec(0).policy;
  CHECK(policy.retry.count == 1);
  CHECK(policy.retry.delays == std::vector<Duration>{1s});
  CHECK(policy.priority == 2);
  CHECK(policy.trigger.trigger == core::Trigger::all_done);
}
