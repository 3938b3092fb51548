// Every policy in C++: the flows of the YAML files beside this one, and what only a body can do. Above each stand the
// command that runs it and what comes of it.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <weir/weir.h>

using namespace std::chrono_literals;
using std::string;
using std::vector;

namespace {

const auto done = weir::task("done", [] { return string("done"); });
const auto broken = weir::task("broken", []() -> int { throw std::runtime_error("HTTP 503"); });
const auto give = weir::task("give", [](int n) { return n; });
const auto nap = weir::task("nap", [](int milliseconds) {
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
  return milliseconds;
});

const auto day_after =
    weir::task("day_after", [](string day) { return string(day == "sat" ? "sun" : "mon"); });

void page_me(const weir::StateChange& task) {
  std::fprintf(stderr, "page: %s failed after %u attempts\n", task.task.c_str(), task.attempts);
}

/// Succeeds at the third attempt.
const auto flaky = weir::task("flaky", [] {
  if (weir::context().attempt() < 3) throw std::runtime_error("not yet");
});

/// Never ends by itself, but heeds that it is asked to.
const auto stuck = weir::task("stuck", [] {
  while (!weir::context().cancelled()) std::this_thread::sleep_for(1ms);
});

// $ policies run retries
//   flaky     succeeded, 3 attempts
//   hopeless  failed, 1 attempt
//   run       failed
const auto hopeless =
    weir::task("hopeless", [] { throw weir::FailWithoutRetry("wrong password"); }, {.retries = 3});
const auto retries = weir::flow("retries", [] {
  flaky(weir::with({.retries = 3}));
  hopeless();
});

// $ policies run retry_delays
//   steady   succeeded, 3 attempts
//   patient  succeeded, 3 attempts
//   growing  succeeded, 3 attempts
const auto retry_delays = weir::flow("retry_delays", [] {
  flaky(weir::named("steady").with({.retries = 2, .retry_delay = 10ms}));
  flaky(weir::named("patient").with({.retries = 2, .retry_delay = {1ms, 10ms}}));
  flaky(weir::named("growing").with(
      {.retries = 2, .retry_delay = 5ms, .retry_backoff = 2, .retry_delay_max = 15ms, .retry_jitter = 0.2}));
});

// $ policies run retry_on
//   busy      failed, 3 attempts
//   wrong     failed, 1 attempt
//   hopeless  failed, 1 attempt
const auto retry_on = weir::flow("retry_on", [] {
  broken(weir::named("busy").with({.retries = 2, .retry_on = {"*HTTP 5*"}}));
  broken(weir::named("wrong").with({.retries = 2, .retry_on = {"timeout"}}));
  broken(weir::named("hopeless").with({.retries = 2, .never_retry_on = {"std::runtime_error: *"}}));
});

// $ policies run timeout
//   stuck   failed, 2 attempts
//   done    upstream_failed
const auto timeout = weir::flow("timeout", [] {
  auto late = stuck(weir::with({.retries = 1, .timeout = 30ms}));
  done(weir::after(late));
});

// $ policies run run_timeout
//   stuck   cancelled
//   later   cancelled
//   clean   succeeded
//   run     failed
const auto run_timeout = weir::flow("run_timeout",
                                    [] {
                                      auto late = stuck();
                                      done(weir::after(late).named("later"));
                                      done(weir::cleanup_of(late).named("clean"));
                                    },
                                    {.timeout = 1s});

// $ policies run trigger
//   all_success  upstream_failed
//   all_done     succeeded
//   one_failed   succeeded
//   two          succeeded
const auto trigger = weir::flow("trigger", [] {
  auto one = give(1), two = give(2), failed = broken();
  done(weir::after(one, failed).named("all_success"));
  done(weir::after(one, failed).trigger(weir::Trigger::all_done).named("all_done"));
  done(weir::after(one, failed).trigger(weir::Trigger::one_failed).named("one_failed"));
  done(weir::after(one, two, failed).trigger(weir::Trigger::at_least(2)).named("two"));
});

// $ policies run when
//   full    skipped
//   quick   succeeded
//   report  succeeded
// $ policies run when -p rows=5000
//   full    succeeded
//   quick   skipped
//   report  succeeded
const auto when = weir::flow("when", {{"rows", 10}}, [](int rows) {
  auto count = give(rows);
  auto full = done(weir::when(count, weir::Is::greater_than, 1000).named("full"));
  auto quick = done(weir::when(count, weir::Is::less_than, 1000).named("quick"));
  done(weir::after(full, quick).trigger(weir::Trigger::none_failed).named("report"));
});

// $ policies run skip
//   fetch   skipped, 1 attempt
//   done    skipped
//   run     succeeded
const auto fetch = weir::task("fetch", [] { throw weir::Skip("no new files"); });
const auto skip = weir::flow("skip", [] { done(weir::after(fetch())); });

// $ policies run cleanup
//   broken  failed
//   stop    succeeded
//   run     failed
const auto cleanup = weir::flow("cleanup", [] {
  auto cluster = done(weir::named("start"));
  auto work = broken(weir::after(cluster));
  done(weir::cleanup_of(cluster, work).named("stop"));
});

// $ policies run may_fail
//   broken  failed
//   run     succeeded
const auto may_fail = weir::flow("may_fail", [] { broken(weir::with({.may_fail = true})); });

// $ policies run map
//   give     succeeded
//   give[2]  succeeded = 3
//   total    succeeded = 6
const auto list = weir::task("list", [] { return vector<int>{1, 2, 3}; });
const auto total = weir::task("total", [](vector<int> numbers) {
  int sum = 0;
  for (int number : numbers) sum += number;
  return sum;
});
const auto map = weir::flow("map", [] { total(give.map(list())); });

// $ policies run map_chain
//   give[0]  ends before nap[1]
//   total    succeeded = 1010
const auto map_chain = weir::flow("map_chain", [] { total(give.map(nap.map({10, 1000}))); });

// $ policies run map_together
//   line[0]  succeeded = "mon: 3 rows"
//   line[1]  succeeded = "tue: 5 rows"
const auto line = weir::task(
    "line", [](string day, int rows, string unit) { return day + ": " + std::to_string(rows) + " " + unit; });
const auto map_together =
    weir::flow("map_together", [] { line.map({"mon", "tue"}, give.map({3, 5}), "rows"); });

// $ policies run cache
//   load   succeeded
// $ policies run cache
//   load   succeeded, cached
// $ policies run cache -p day=tue
//   load   succeeded
// $ policies run cache --refresh
//   load   succeeded
const auto load =
    weir::task("load", [](string day) { return "rows of " + day; }, {.cache = weir::by_inputs(24h)});
const auto cache = weir::flow("cache", {{"day", "mon"}}, [](string day) { load(day); });

// $ policies run persist
//   rows   succeeded
//   third  succeeded = "row 2"
const auto rows = weir::task("rows", [] {
  vector<string> rows;
  for (int i = 0; i < 120'000; ++i) rows.push_back("row " + std::to_string(i));
  return rows;
});
const auto third = weir::task("third", [](const vector<string>& rows) { return rows.at(2); });
const auto persist = weir::flow("persist", [] { third(rows(weir::with({.persist = true}))); });

// $ policies run cache_key -p who=ann
//   query   succeeded
// $ policies run cache_key -p who=bob
//   query   succeeded, cached
const auto query = weir::task("query", [](string day, string) { return "rows of " + day; },
                              {.cache = weir::by_key([](string day, string) { return "rows/" + day; })});
const auto cache_key =
    weir::flow("cache_key", {{"day", "mon"}, {"who", "me"}}, [](string day, string who) { query(day, who); });

// $ policies run limits
//   alone   succeeded
//   run     succeeded
const auto alone = weir::task("alone",
                              [](int) {
                                if (!std::filesystem::create_directory("alone"))
                                  throw std::runtime_error("two at once");
                                std::filesystem::remove("alone");
                              },
                              {.limits = {"database"}});
const auto limits = weir::flow("limits", [] { alone.map({1, 2, 3}); }, {.limits = {{"database", 1}}});

// $ policies run priority
//   urgent  ends before normal
//   normal  ends before later
const auto priority =
    weir::flow("priority",
               [] {
                 auto start = nap(200);  // until all are declared
                 nap(10, weir::after(start).named("later").with({.limits = {"machine"}, .priority = -1}));
                 nap(10, weir::after(start).named("normal").with({.limits = {"machine"}}));
                 nap(10, weir::after(start).named("urgent").with({.limits = {"machine"}, .priority = 10}));
               },
               {.limits = {{"machine", 1}}});

// $ policies run max_runs &
//   run   succeeded
// $ policies run max_runs
//   run   succeeded
const auto max_runs =
    weir::flow("max_runs", [] { alone(1, weir::with({.limits = {{"room", 1}}})); },
               {.limits = {{"room", 5}}, .max_runs = 1, .when_busy = weir::WhenBusy::queue});

// $ policies run body
//   give-3  succeeded = 50
//   run     succeeded
const auto body = weir::flow("body", [] {
  int slowest = 0;
  for (const auto& end : weir::as_completed(vector{nap(50), nap(1)})) slowest = end.result();
  auto failed = broken(weir::with({.may_fail = true}));
  weir::wait_all(give(1), failed);
  if (!failed.succeeded()) give(2);
  give(slowest);
});

// $ policies run subflow
//   map.total    succeeded = 6
//   north.give   succeeded = 7
//   total        succeeded = 13
const auto sub = weir::flow("subflow", [] {
  weir::subflow(map);
  auto north = weir::subflow("north", [] { return give(7); });
  total(vector<int>{6, north.result()});
});

// $ policies run child_run
//   23-child-run-day  succeeded = {"report": "sat: 3 rows"}
//   sunday            succeeded = {"report": "sun: 3 rows"}
//   run               succeeded
const auto child_run = weir::flow("child_run", [] {
  weir::run_flow("23-child-run-day.yaml", {{"day", "sat"}});
  weir::run_flow("23-child-run-day.yaml", {{"day", day_after("sat")}}, weir::named("sunday"));
});

// $ policies run hooks
//   run   failed
const auto hooks =
    weir::flow("hooks", [] { broken(weir::with({.on_failure = page_me})); })
        .on_failure([](const weir::StateChange& run) {
          std::fprintf(stderr, "alert: %s %s\n", run.flow.c_str(), run.why.c_str());
        })
        .on_state_change([](const weir::StateChange& change) {
          std::fprintf(stderr, "%s: %s\n", change.task.c_str(), string(name_of(change.state)).c_str());
        });

}  // namespace

int main(int argc, char** argv) {
  return weir::main(argc, argv,
                    {retries, retry_delays, retry_on, timeout,   run_timeout,  trigger,   when,    skip,
                     cleanup, may_fail,     map,      map_chain, map_together, cache,     persist, cache_key,
                     limits,  priority,     max_runs, body,      sub,          child_run, hooks});
}
