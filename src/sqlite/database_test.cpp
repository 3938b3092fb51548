#include "sqlite/database.h"

#include <fstream>

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "base/scratch.h"

using namespace weir;
using namespace weir::sqlite;

namespace {

constexpr std::int32_t application = 0x77656972;
constexpr const char* schema_1[] = {"CREATE TABLE fruit (name TEXT UNIQUE, count INTEGER)"};
constexpr const char* schema_2[] = {schema_1[0], "ALTER TABLE fruit ADD COLUMN colour TEXT"};

Database open_with_fruit(const std::filesystem::path& file) {
  auto database = Database::open(file).value();
  REQUIRE(database.migrate(application, schema_1));
  return database;
}

std::int64_t count_rows(Database& database) {
  auto statement = database.prepare("SELECT count(*) FROM fruit").value();
  REQUIRE(statement.step().value());
  return statement.integer(0);
}

}  // namespace

TEST_CASE("the SQLite that is linked in has no race between processes that reset the log") {
  CHECK(sqlite3_libversion_number() >= 3051003);
}

TEST_CASE("what is bound is read back, null and bytes included") {
  Scratch scratch;
  auto database = open_with_fruit(scratch.path() / "a.db");
  auto insert = database.prepare("INSERT INTO fruit VALUES (?, ?)").value();
  REQUIRE(insert.bind(1, std::string_view("pe\0ar", 5)).bind(2, 3).run());
  REQUIRE(insert.bind(1, "fig").bind_null(2).run());
  auto select = database.prepare("SELECT name, count FROM fruit ORDER BY rowid").value();
  REQUIRE(select.step().value());
  CHECK(select.text(0) == std::string("pe\0ar", 5));
  CHECK(select.integer(1) == 3);
  REQUIRE(select.step().value());
  CHECK(select.is_null(1));
  CHECK_FALSE(select.step().value());
}

TEST_CASE("a new database and the files beside it are for their owner alone") {
  auto mask = ::umask(0);
  Scratch scratch;
  auto database = open_with_fruit(scratch.path() / "test.db");
  ::umask(mask);
  std::size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(scratch.path())) {
    CHECK((file.status().permissions() & std::filesystem::perms(0077)) == std::filesystem::perms::none);
    ++files;
  }
  CHECK(files == 3);
}

TEST_CASE("a transaction that is not committed leaves nothing") {
  Scratch scratch;
  auto database = open_with_fruit(scratch.path() / "a.db");
  {
    auto transaction = Transaction::begin(database).value();
    REQUIRE(database.execute("INSERT INTO fruit VALUES ('fig', 1)"));
  }
  CHECK(count_rows(database) == 0);
  auto transaction = Transaction::begin(database).value();
  REQUIRE(database.execute("INSERT INTO fruit VALUES ('fig', 1)"));
  REQUIRE(transaction.commit());
  CHECK(count_rows(database) == 1);
}

TEST_CASE("a broken constraint is a conflict and wrong SQL a defect") {
  Scratch scratch;
  auto database = open_with_fruit(scratch.path() / "a.db");
  REQUIRE(database.execute("INSERT INTO fruit VALUES ('fig', 1)"));
  CHECK(database.execute("INSERT INTO fruit VALUES ('fig', 2)").error().code == Code::conflict);
  CHECK(database.prepare("SELEC 1").error().code == Code::internal);
}

TEST_CASE("a database is brought to the newest schema and refused when it is from a newer weir") {
  Scratch scratch;
  auto file = scratch.path() / "a.db";
  open_with_fruit(file);
  {
    auto database = Database::open(file).value();
    REQUIRE(database.migrate(application, schema_2));
    REQUIRE(database.execute("INSERT INTO fruit VALUES ('fig', 1, 'green')"));
  }
  auto database = Database::open(file).value();
  auto refused = database.migrate(application, schema_1);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("newer weir") != std::string::npos);
  CHECK_FALSE(database.migrate(application + 1, schema_2));
}

TEST_CASE("a file that is no database is named in the error and left as it is") {
  Scratch scratch;
  auto file = scratch.path() / "notes.txt";
  std::ofstream(file) << std::string(2000, 'x');
  auto opened = Database::open(file);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().message.find("notes.txt") != std::string::npos);
  CHECK(std::filesystem::file_size(file) == 2000);
  CHECK(Database::open(scratch.path() / "none.db", Mode::read_only).error().code == Code::not_found);
}
