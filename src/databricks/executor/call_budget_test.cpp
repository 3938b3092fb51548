#include "databricks/executor/call_budget.h"

#include <string>

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::databricks;
using namespace std::chrono_literals;

TEST_CASE("tokens come at a steady rate, and no more than a burst is kept") {
  TokenBucket bucket;
  bucket.set_rate(10, 3);
  TokenBucket::Tick now{1h};
  for (int i = 0; i < 3; ++i) {
    CHECK(bucket.wait(now) == 0s);
    bucket.take();
  }
  CHECK(bucket.wait(now) == 100ms);
  CHECK(bucket.wait(now + 60ms) == 40ms);
  CHECK(bucket.wait(now + 100ms) == 0s);
  bucket.take();
  now += 1h;
  int kept = 0;
  for (; bucket.wait(now) == 0s; ++kept) bucket.take();
  CHECK(kept == 3);
}

TEST_CASE("a bucket that is held gives nothing before its time, and no burst then") {
  TokenBucket bucket;
  bucket.set_rate(10, 20);
  TokenBucket::Tick now{1h};
  bucket.hold_until(now + 30s);
  bucket.hold_until(now + 5s);  // the longer one counts
  CHECK(bucket.is_held(now));
  CHECK_FALSE(bucket.is_held(now + 30s));
  CHECK(bucket.wait(now) == 30s);
  CHECK(bucket.wait(now + 30s) == 0s);
  bucket.take();
  CHECK(bucket.wait(now + 30s) == 100ms);
}

TEST_CASE("what starts or cancels a run goes first, and what looks is not forgotten") {
  auto loop = make_loop();
  CallBudget budget(*loop);
  budget.set_rate(1e5);
  budget.hold(1ms);  // so that all of them wait
  std::string order;
  for (int i = 0; i < 3; ++i) budget.spend(Urgency::look, [&] { order += 'l'; });
  for (int i = 0; i < 3; ++i) budget.spend(Urgency::fetch, [&] { order += 'f'; });
  for (int i = 0; i < 6; ++i) budget.spend(Urgency::act, [&] { order += 'a'; });
  budget.spend(Urgency::look, [&] { loop->stop(); });
  loop->run();
  CHECK(order == "aaalaaafffll");
}

TEST_CASE("a workspace that does not answer is not asked for ever more") {
  auto loop = make_loop();
  CallBudget budget(*loop);
  budget.set_rate(1e5);
  int sent = 0;
  for (int i = 0; i < 200; ++i) budget.spend(Urgency::act, [&] { ++sent; });
  CHECK(sent == 64);
  budget.answered();
  CHECK(sent == 65);
}
