// Database files that this weir did not write itself: from an older weir, from a newer one, damaged ones.
#include <algorithm>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>

#include "base/scratch.h"
#include "sqlite/database.h"
#include "store/schema.h"
#include "store/store.h"

using namespace weir;
using namespace weir::store;

namespace {

/// What the first weir left: one run that ended and one that did not.
constexpr const char* first_history = R"(
INSERT INTO store VALUES ('00112233445566778899aabbccddeeff');
INSERT INTO run VALUES (1, '0190aaaa', 'brave-otter', 'tutorial', 'succeeded', 1000000, 2000000, 1, 5);
INSERT INTO run VALUES (2, '0190bbbb', 'calm-lake', 'tutorial', 'running', 3000000, NULL, 6, NULL);
INSERT INTO event VALUES (1, 1, 1000000, 1, -1, 0, '{"id":"0190aaaa","name":"brave-otter","flow":"tutorial"}');
INSERT INTO event VALUES (2, 1, 1000000, 3, -1, 0, '');
INSERT INTO event VALUES (3, 1, 1000001, 4, 0, 1, '{"n":1}');
INSERT INTO event VALUES (4, 1, 1000002, 7, 0, 1, '"done"');
INSERT INTO event VALUES (5, 1, 2000000, 15, -1, 0, '{"state":"succeeded"}');
INSERT INTO event VALUES (6, 2, 3000000, 1, -1, 0, '{"id":"0190bbbb","name":"calm-lake","flow":"tutorial"}');
)";

std::string bytes_of(const std::filesystem::path& file) {
  std::ostringstream bytes;
  bytes << std::ifstream(file, std::ios::binary).rdbuf();
  return bytes.str();
}

/// A store with something in every table, closed.
std::string healthy_file() {
  Scratch scratch;
  SystemRandom random;
  auto store = open_sqlite_store(scratch.path(), random).value();
  for (std::string name : {"one", "two", "three"}) {
    core::RunStarted started;
    started.id = started.name = started.flow = name;
    auto run = store->begin_run(started, Instant{}, {}).value();
    std::vector<Record> records;
    for (std::uint32_t i = 1; i <= 100; ++i) {
      records.push_back(
          {run.number, {Instant{}, core::AttemptSucceeded{0, i, json{{"text", std::string(i, 'x')}}}}});
    }
    std::vector<CacheEntry> entries{{name, {name, "t", json(std::string(5000, 'y')), Instant{}, {}}}};
    REQUIRE(store->append({.records = records, .cache = entries}));
    REQUIRE(store->request(run.number, {{"cancel", true}}, Instant{}));
    REQUIRE(store->set_limit(name, 3));
    if (name == "one")
      REQUIRE(store->append(std::vector<Record>{{run.number, {Instant{}, core::RunFinished{}}}}, true));
  }
  store.reset();
  return bytes_of(scratch.path() / "weir.db");
}

/// Small and repeatable.
std::uint64_t next_of(std::uint64_t& state) {
  state = state * 6364136223846793005U + 1442695040888963407U;
  return state >> 33;
}

/// Cut short, zeroes for a stretch, or single bytes changed.
std::string damaged(std::string bytes, std::uint64_t seed) {
  std::uint64_t state = seed;
  auto at = [&] { return next_of(state) % bytes.size(); };
  switch (next_of(state) % 4) {
    case 0:
      bytes.resize(at());
      break;
    case 1: {
      std::size_t start = at();
      bytes.replace(start, std::min<std::size_t>(4096, bytes.size() - start), 4096, '\0');
      break;
    }
    default:
      for (auto left = 1 + next_of(state) % 64; left > 0; --left)
        bytes[at()] = static_cast<char>(next_of(state));
  }
  return bytes;
}

/// Does everything a store can do; collects what it says about it.
std::vector<Error> exercise(const std::filesystem::path& folder) {
  SystemRandom random;
  std::vector<Error> errors;
  auto note = [&](const auto& result) {
    if (!result) errors.push_back(result.error());
  };
  auto store = open_sqlite_store(folder, random);
  note(store);
  if (!store) return errors;
  auto runs = (*store)->list_runs(100);
  note(runs);
  for (RunNumber run : {1, 2, 3}) note((*store)->read_history(run, 0, [](const core::Event&) {}));
  note((*store)->find_run("one"));
  note((*store)->requests_after(0));
  note((*store)->limits());
  for (const char* key : {"one", "two", "three"}) note((*store)->cached(key, Instant{}));
  core::RunStarted started;
  started.id = started.name = "four";
  note((*store)->begin_run(started, Instant{}, {}));
  note((*store)->prune({}, [](const RunSummary&) {}));
  return errors;
}

}  // namespace

TEST_CASE("the history of the first schema is found, continued and listed") {
  Scratch scratch;
  SystemRandom random;
  {
    auto database = sqlite::Database::open(scratch.path() / "weir.db").value();
    REQUIRE(database.execute("PRAGMA auto_vacuum = NONE; VACUUM"));  // as it was then
    REQUIRE(database.migrate(application_id, std::span(migrations, 1)));
    REQUIRE(database.execute(first_history));
  }
  auto store = open_sqlite_store(scratch.path(), random).value();
  CHECK(store->id() == "00112233445566778899aabbccddeeff");
  auto ended = store->find_run("brave-otter").value();
  CHECK(ended.state == core::RunState::succeeded);
  auto history = store->history(ended.number).value();
  REQUIRE(history.size() == 5);
  CHECK(std::get<core::AttemptSucceeded>(history[3].fact).value == json("done"));
  auto open = store->find_run("calm-lake").value();
  REQUIRE(store->append(std::vector<Record>{{open.number, {Instant{}, core::RunFinished{}}}}, true));
  CHECK(store->history(open.number).value().size() == 2);
  CHECK(store->list_runs({.flow = "tutorial"}).value().size() == 2);
  CHECK(store->prune({}, [](const RunSummary&) {}).value().runs.size() == 2);
  CHECK(store->prune({}, [](const RunSummary&) {}).value().runs.empty());
}

TEST_CASE("a store that a newer weir wrote is refused, and left as it is") {
  Scratch scratch;
  SystemRandom random;
  REQUIRE(open_sqlite_store(scratch.path(), random));
  REQUIRE(sqlite::Database::open(scratch.path() / "weir.db").value().execute("PRAGMA user_version = 99"));
  auto before = bytes_of(scratch.path() / "weir.db");
  auto refused = open_sqlite_store(scratch.path(), random);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::invalid);
  CHECK(refused.error().message.find("newer weir (schema 99") != std::string::npos);
  CHECK(bytes_of(scratch.path() / "weir.db") == before);
}

TEST_CASE("a damaged file gives errors that can be read, and never more than that") {
  std::string healthy = healthy_file();
  std::uint64_t files_with_errors = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    CAPTURE(seed);
    Scratch scratch;
    std::ofstream(scratch.path() / "weir.db", std::ios::binary) << damaged(healthy, seed);
    auto errors = exercise(scratch.path());
    if (!errors.empty()) ++files_with_errors;
    for (const auto& error : errors) {
      CAPTURE(error.message);
      CHECK_FALSE(error.message.empty());
      CHECK(std::ranges::none_of(error.message, [](char c) { return c >= 0 && c < ' '; }));
    }
  }
  CHECK(files_with_errors > 150);  // the others were hit where it does not show
}
