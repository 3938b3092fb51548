#include "store/task_log.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/scratch.h"

using namespace weir;
using namespace weir::store;

namespace {

const Instant noon{std::chrono::milliseconds{1'700'000'000'123}};

std::string content_of(const std::filesystem::path& file) {
  std::ostringstream content;
  content << std::ifstream(file).rdbuf();
  return content.str();
}

void print(TaskLog& log, int first, int last) {
  for (int i = first; i <= last; ++i) log.append("run", "task", 1, {noon, "info", fmt::format("line {}", i)});
}

}  // namespace

TEST_CASE("what an attempt printed is kept line by line, without control characters") {
  Scratch scratch;
  TaskLog log(scratch.path());
  log.append("run", "task", 1, {noon, "info", "hello world"});
  log.append("run", "task", 1, {noon, "warning", "\033[31mred\r \u009b31m, \ttab, ä"});
  log.append("run", "task", 2, {noon, "info", "second attempt"});
  log.append("run", "task", 1, {noon, "info", ""});
  auto lines = log.read("run", "task", 1);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].text == "hello world");
  CHECK(lines[0].at == noon);
  CHECK(lines[1].level == "warning");
  CHECK(lines[1].text == "\uFFFD[31mred\uFFFD \uFFFD31m, \ttab, ä");
  CHECK(lines[2].text.empty());
  CHECK(TaskLog(scratch.path()).read("run", "task", 2).size() == 1);
  CHECK(TaskLog(scratch.path()).read("run", "none", 1).empty());
}

TEST_CASE("elements of a mapped task share one file, and the order in which they spoke is kept") {
  Scratch scratch;
  TaskLog log(scratch.path());
  for (int i = 0; i < 1000; ++i)
    log.append("run", fmt::format("clean[{}]", i % 500), 1, {noon, "info", "here"});
  auto reader = log.reader("run");
  for (int i = 0; i < 1000; ++i) CHECK(reader.next().value().task == fmt::format("clean[{}]", i % 500));
  CHECK_FALSE(reader.next());
  CHECK(log.read("run", "clean[17]", 1).size() == 2);
  CHECK(std::distance(std::filesystem::directory_iterator(scratch.path()), {}) == 1);
}

TEST_CASE("a run that prints nothing leaves no file") {
  Scratch scratch;
  TaskLog log(scratch.path());
  log.close("run", "task", 1);
  CHECK(std::filesystem::is_empty(scratch.path()));
}

TEST_CASE("a reader sees what is added after it came to the end, and no half lines") {
  Scratch scratch;
  TaskLog log(scratch.path());
  auto reader = log.reader("run");
  CHECK_FALSE(reader.next());
  print(log, 1, 1);
  CHECK(reader.next().value().line.text == "line 1");
  CHECK_FALSE(reader.next());
  print(log, 2, 2);
  CHECK(reader.next().value().line.text == "line 2");
  std::ofstream(scratch.path() / "run.log", std::ios::app) << "2026-11-21T05:22:42.123Z info task 1 hal";
  CHECK_FALSE(reader.next());
  std::ofstream(scratch.path() / "run.log", std::ios::app) << "f\n";
  CHECK(reader.next().value().line.text == "half");
}

TEST_CASE("an attempt that floods is cut at its limit and says how much is missing") {
  Scratch scratch;
  TaskLog log(scratch.path());
  std::string line(1024 * 1024, 'x');
  for (int i = 0; i < 20; ++i) log.append("run", "task", 1, {noon, "info", line});
  log.append("run", "other", 1, {noon, "info", "quiet"});
  log.close("run", "task", 1);
  auto lines = log.read("run", "task", 1);
  REQUIRE(lines.size() == 16);
  CHECK(lines.back().text == "5 further lines were not kept: the log of an attempt holds 16 MiB");
  CHECK(log.read("run", "other", 1).size() == 1);
}

TEST_CASE("a run that floods keeps its first lines, and the last one counts the others") {
  Scratch scratch;
  auto count_after = [&](TaskLog& log) { return log.reader("run"); };
  auto last_text = [&](TaskLog& log) {
    auto reader = count_after(log);
    std::string text;
    while (auto entry = reader.next()) text = entry->line.text;
    return text;
  };
  LogLimits limits;
  SUBCASE("by lines") {
    limits.run_lines_max = 10;
    TaskLog log(scratch.path(), limits);
    print(log, 1, 10);
    CHECK(last_text(log) == "line 10");
    print(log, 11, 11);
    CHECK(last_text(log) == "1 further lines were not kept: the log of a run holds 256 MiB and 10 lines");
    print(log, 12, 5000);
    log.close("run", "task", 1);
    CHECK(last_text(log).starts_with("4990 further lines"));
    CHECK(log.read("run", "task", 1).size() == 10);
  }
  SUBCASE("by bytes") {
    limits.run_bytes_max = 1024 * 1024;
    TaskLog log(scratch.path(), limits);
    print(log, 1, 100'000);
    log.close("run", "task", 1);
    auto kept = log.read("run", "task", 1).size();
    CHECK(last_text(log) ==
          fmt::format("{} further lines were not kept: the log of a run holds 1 MiB and 1000000 lines",
                      100'000 - kept));
    CHECK(std::filesystem::file_size(scratch.path() / "run.log") < 1024 * 1024 + 200);
  }
}

TEST_CASE("a log goes on where an earlier process stopped, also one that is full") {
  Scratch scratch;
  LogLimits limits;
  limits.run_lines_max = 3;
  auto file = scratch.path() / "run.log";
  print(*std::make_unique<TaskLog>(scratch.path(), limits), 1, 2);
  std::ofstream(file, std::ios::app) << "2026-11-21T05:22:42.123Z info task 1 torn by a full di";
  print(*std::make_unique<TaskLog>(scratch.path(), limits), 3, 4);
  CHECK(content_of(file).find("torn") == std::string::npos);
  print(*std::make_unique<TaskLog>(scratch.path(), limits), 5, 9);
  TaskLog log(scratch.path(), limits);
  auto lines = log.read("run", "task", 1);
  REQUIRE(lines.size() == 3);
  CHECK(lines[2].text == "line 3");
  CHECK(content_of(file).find(" 6 further lines") != std::string::npos);
  CHECK(std::ranges::count(content_of(file), '\n') == 4);
}

TEST_CASE("logs of many runs at once do not use up the open files") {
  Scratch scratch;
  TaskLog log(scratch.path());
  for (int round = 0; round < 2; ++round) {
    for (int run = 0; run < 200; ++run)
      log.append(fmt::format("run-{}", run), "task", 1, {noon, "info", "here"});
  }
  auto descriptors = std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  CHECK(descriptors < 100);
  CHECK(log.read("run-0", "task", 1).size() == 2);
  log.erase("run-0");
  CHECK(log.read("run-0", "task", 1).empty());
}
