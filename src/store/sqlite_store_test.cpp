#include "base/scratch.h"
#include "store/store_suite.h"

using namespace weir;
using namespace weir::store;

TEST_CASE("the SQLite store keeps every promise of a store") {
  Scratch scratch;
  SystemRandom random;
  check_store_promises([&] { return open_sqlite_store(scratch.path(), random).value(); });
}

TEST_CASE("two connections to one SQLite store see each other's runs") {
  Scratch scratch;
  SystemRandom random;
  auto first = open_sqlite_store(scratch.path(), random).value();
  auto second = open_sqlite_store(scratch.path(), random).value();
  CHECK(first->id() == second->id());
  core::RunStarted started;
  started.id = "0190aaaa";
  started.name = "brave-otter";
  REQUIRE(first->begin_run(started, Instant{}, {}));
  CHECK(second->find_run("brave-otter"));
}

TEST_CASE("a store notices what others wrote, and only that") {
  Scratch scratch;
  SystemRandom random;
  auto ours = open_sqlite_store(scratch.path(), random).value();
  auto theirs = open_sqlite_store(scratch.path(), random).value();
  ours->changed_by_others();
  core::RunStarted started;
  started.id = "0190aaaa";
  started.name = "brave-otter";
  auto run = ours->begin_run(started, Instant{}, {}).value();
  CHECK_FALSE(ours->changed_by_others());
  open_sqlite_store(scratch.path(), random).value()->list_runs(1).value();
  CHECK_FALSE(ours->changed_by_others());
  REQUIRE(theirs->request(run.number, {{"cancel", true}}, Instant{}));
  CHECK(ours->changed_by_others());
  CHECK_FALSE(ours->changed_by_others());
  CHECK(ours->requests_after(0).value().size() == 1);
}
