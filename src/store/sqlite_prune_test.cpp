// What a prune gives back and how it is interrupted; and that readers do not let the file grow.
#include <doctest/doctest.h>

#include "base/scratch.h"
#include "store/store.h"
#include "store/test_child.h"

using namespace weir;
using namespace weir::store;

namespace {

constexpr std::uintmax_t mebibyte = 1024 * 1024;

RunSummary begin(Store& store, const std::string& name) {
  core::RunStarted started;
  started.id = started.name = name;
  return store.begin_run(started, Instant{}, {}).value();
}

/// Some 100 bytes an event.
void append_events(Store& store, RunNumber run, int count) {
  std::vector<Record> records;
  for (int i = 0; i < count; ++i) {
    records.push_back({run, {Instant{}, core::AttemptSucceeded{0, 1, json(std::string(80, 'x'))}}});
  }
  REQUIRE(store.append(records, false));
}

void finish(Store& store, RunNumber run) {
  REQUIRE(store.append(std::vector<Record>{{run, {Instant{}, core::RunFinished{}}}}, false));
}

}  // namespace

TEST_CASE("space of pruned runs goes back to the file system, while others go on") {
  Scratch scratch;
  SystemRandom random;
  auto file = scratch.path() / "weir.db";
  auto other = open_sqlite_store(scratch.path(), random).value();
  auto live = begin(*other, "live");
  std::int64_t pruned_bytes = 0;
  {
    auto store = open_sqlite_store(scratch.path(), random).value();
    auto old = begin(*store, "old");
    for (int i = 0; i < 30; ++i) append_events(*store, old.number, 2000);
    finish(*store, old.number);
    append_events(*other, live.number, 10);
    pruned_bytes = store->prune({}, [](const RunSummary&) {}).value().bytes;
  }
  CHECK(pruned_bytes > static_cast<std::int64_t>(5 * mebibyte));
  CHECK(other->history(live.number).value().size() == 11);
  other.reset();
  CHECK(std::filesystem::file_size(file) < mebibyte);
}

TEST_CASE("who follows a run misses nothing when everything newer is pruned meanwhile") {
  Scratch scratch;
  SystemRandom random;
  auto store = open_sqlite_store(scratch.path(), random).value();
  auto live = begin(*store, "live");
  auto newer = begin(*store, "newer");
  append_events(*store, newer.number, 100);
  finish(*store, newer.number);
  int read = 0;
  auto count = [&](const core::Event&) { ++read; };
  auto position = store->read_history(live.number, 0, count).value();
  CHECK(store->prune({}, [](const RunSummary&) {}).value().runs.size() == 1);
  append_events(*store, live.number, 5);
  REQUIRE(store->read_history(live.number, position, count));
  CHECK(read == 1 + 5);
}

TEST_CASE("a slow reader of a long history does not keep the write-ahead log from starting anew") {
  Scratch scratch;
  SystemRandom random;
  auto writer = open_sqlite_store(scratch.path(), random).value();
  auto run = begin(*writer, "long");
  append_events(*writer, run.number, 2500);
  auto reader = open_sqlite_store(scratch.path(), random).value();
  int calls = 0;
  std::uintmax_t log_bytes = 0;
  REQUIRE(reader->read_history(run.number, 0, [&](const core::Event&) {
    if (++calls != 1500) return;
    auto other = begin(*writer, "other");
    for (int i = 0; i < 200; ++i) append_events(*writer, other.number, 1000);
    log_bytes = std::filesystem::file_size(scratch.path() / "weir.db-wal");
  }));
  CHECK(calls == 2501);
  CHECK(log_bytes > 0);
  CHECK(log_bytes < 8 * mebibyte);
}

TEST_CASE("another process is in the middle of a prune" * doctest::skip()) {
  SystemRandom random;
  auto store = open_sqlite_store(".", random).value();
  REQUIRE(store->prune({}, [](const RunSummary&) { TestChild::say_ready_and_stay(); }));
}

TEST_CASE("a prune that was killed in the middle is completed by the next") {
  Scratch scratch;
  SystemRandom random;
  auto store = open_sqlite_store(scratch.path(), random).value();
  auto old = begin(*store, "old");
  append_events(*store, old.number, 10);
  finish(*store, old.number);
  TestChild child("another process is in the middle of a prune", scratch.path());
  child.wait_until_ready();
  CHECK(store->prune({}, [](const RunSummary&) {}).error().code == Code::conflict);
  child.kill_now();
  CHECK(store->list_runs(10).value().empty());
  CHECK(begin(*store, "old").name == "old-2");

  std::vector<std::string> forgotten;
  REQUIRE(store->prune({}, [&](const RunSummary& run) { forgotten.push_back(run.name); }));
  CHECK(forgotten == std::vector<std::string>{"old"});
  core::RunStarted next;
  next.id = "next";
  next.name = "old";
  CHECK(store->begin_run(next, Instant{}, {}).value().name == "old");
}
