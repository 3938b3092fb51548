#include <fstream>

#include "base/scratch.h"
#include "store/store_suite.h"
#include "store/task_log.h"

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
  REQUIRE(theirs->request(run.number, {{"cancel", true}}, Instant{}));
  CHECK(ours->changed_by_others());
  CHECK_FALSE(ours->changed_by_others());
  CHECK(ours->requests_after(0).value().size() == 1);
}

TEST_CASE("what an attempt printed is kept line by line, without control characters") {
  Scratch scratch;
  {
    TaskLog log(scratch.path());
    Instant at{std::chrono::milliseconds{1'700'000'000'123}};
    log.append("run", "task", 1, {at, "info", "hello world"});
    log.append("run", "task", 1, {at, "warning", "\033[31mred\r"});
    log.append("run", "task", 2, {at, "info", "second attempt"});
    log.append("run", "task", 1, {at, "info", ""});
    auto lines = log.read("run", "task", 1);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].text == "hello world");
    CHECK(lines[0].at == at);
    CHECK(lines[1].level == "warning");
    CHECK(lines[1].text == "\uFFFD[31mred\uFFFD");
    CHECK(lines[2].text.empty());
  }
  CHECK(TaskLog(scratch.path()).read("run", "task", 2).size() == 1);
  CHECK(TaskLog(scratch.path()).read("run", "none", 1).empty());
}

TEST_CASE("a flood of output is cut at the limit and says how much is missing") {
  Scratch scratch;
  TaskLog log(scratch.path());
  std::string line(1024 * 1024, 'x');
  for (int i = 0; i < 20; ++i) log.append("run", "task", 1, {Instant{}, "info", line});
  log.close("run", "task", 1);
  auto lines = log.read("run", "task", 1);
  REQUIRE_FALSE(lines.empty());
  CHECK(lines.back().text == "5 further lines were not kept");
  CHECK(std::filesystem::file_size(scratch.path() / "run" / "task.1.log") < log_bytes_max + 100);
}
