#include "sqlite/database.h"

#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/check.h"
#include "sqlite/result_code.h"

namespace weir::sqlite {
namespace {

constexpr int busy_timeout_ms = 5000;
constexpr const char* settings =
    "PRAGMA foreign_keys = ON;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA journal_size_limit = 67108864;";

Result<std::int64_t> pragma(Database& database, const char* name) {
  auto statement = database.prepare(fmt::format("PRAGMA {}", name));
  if (!statement) return std::unexpected(statement.error());
  auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  return *row ? statement->integer(0) : 0;
}

/// auto_vacuum only counts for a file without a page, and is a write for any other.
Result<void> prepare_to_write(Database& database) {
  auto pages = pragma(database, "page_count");
  if (!pages) return std::unexpected(pages.error());
  if (*pages == 0) {
    if (auto done = database.execute("PRAGMA auto_vacuum = INCREMENTAL"); !done) return done;
  }
  if (auto done = database.execute("PRAGMA journal_mode = WAL"); !done) return done;
  return database.sync_every_commit(false);
}

/// A new database is for its owner alone, whatever the process's umask; SQLite gives its other files the mode of this one.
/// Only a file that was not there is opened here: to close one that is in use would drop the locks on it.
void make_private(const std::filesystem::path& file) {
  int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) ::close(fd);
}

Result<void> apply_migration(Database& database, std::int32_t application_id, std::size_t version,
                             const char* sql) {
  auto transaction = Transaction::begin(database);
  if (!transaction) return std::unexpected(transaction.error());
  // Another process may have migrated between our first look and the lock.
  auto current = pragma(database, "user_version");
  if (!current) return std::unexpected(current.error());
  if (static_cast<std::size_t>(*current) >= version) return {};
  if (auto done = database.execute(sql); !done) return done;
  auto mark = fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", application_id, version);
  if (auto done = database.execute(mark.c_str()); !done) return done;
  return transaction->commit();
}

}  // namespace

/// The last process to leave moves the log into the database and waits for three syncs. While the log is short it is
/// left for the next one, whose start it hardly slows.
void Database::Close::operator()(sqlite3* raw) const {
  constexpr std::uintmax_t short_log_bytes = 256 * 1024;
  const char* file = raw ? sqlite3_db_filename(raw, "main") : nullptr;
  std::error_code error;
  bool is_short =
      file && *file && std::filesystem::file_size(sqlite3_filename_wal(file), error) < short_log_bytes;
  if (is_short && !error) sqlite3_db_config(raw, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_close_v2(raw);
}

Result<Database> Database::open(const std::filesystem::path& file, Mode mode) {
  std::error_code ignored;
  if (mode == Mode::read_only && !std::filesystem::exists(file, ignored)) {
    return fail(Code::not_found, fmt::format("there is no {}", file.string()));
  }
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= mode == Mode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  if (mode != Mode::read_only) make_private(file);
  sqlite3* raw = nullptr;
  int code = sqlite3_open_v2(file.c_str(), &raw, flags, nullptr);
  Database database(raw);
  if (code != SQLITE_OK) {
    return fail(Code::invalid, fmt::format("cannot open {}: {}", file.string(), sqlite3_errstr(code)),
                "check that the folder exists and that you may write in it");
  }
  sqlite3_extended_result_codes(raw, 0);
  sqlite3_busy_timeout(raw, busy_timeout_ms);
  if (auto done = database.execute(settings); !done) return std::unexpected(done.error());
  if (mode == Mode::read_write_create) {
    if (auto done = prepare_to_write(database); !done) return std::unexpected(done.error());
  }
  return database;
}

Result<void> Database::execute(const char* sql) {
  if (sqlite3_exec(raw_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return std::unexpected(error_of(raw_.get(), sql));
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  int code = sqlite3_prepare_v3(raw_.get(), sql.data(), static_cast<int>(sql.size()),
                                SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code != SQLITE_OK) return std::unexpected(error_of(raw_.get(), sql));
  return Statement(raw);
}

std::int64_t Database::last_rowid() const { return sqlite3_last_insert_rowid(raw_.get()); }

Result<void> Database::sync_every_commit(bool on) {
  return execute(on ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
}

Result<void> Database::migrate(std::int32_t application_id, std::span<const char* const> migrations) {
  auto application = pragma(*this, "application_id");
  if (!application) return std::unexpected(application.error());
  auto version = pragma(*this, "user_version");
  if (!version) return std::unexpected(version.error());
  std::string file = sqlite3_db_filename(raw_.get(), "main");
  if (*application != 0 && *application != application_id) {
    return fail(Code::invalid, fmt::format("{} belongs to another application", file),
                "choose another state folder");
  }
  if (static_cast<std::size_t>(*version) > migrations.size()) {
    return fail(Code::invalid,
                fmt::format("{} was written by a newer weir (schema {}, this one knows {})", file, *version,
                            migrations.size()),
                "upgrade weir, or choose another state folder");
  }
  for (auto next = static_cast<std::size_t>(*version); next < migrations.size(); ++next) {
    if (auto done = apply_migration(*this, application_id, next + 1, migrations[next]); !done) return done;
  }
  return {};
}

Result<Transaction> Transaction::begin(Database& database) {
  if (auto done = database.execute("BEGIN IMMEDIATE"); !done) return std::unexpected(done.error());
  return Transaction(database);
}

Result<void> Transaction::commit() {
  WEIR_CHECK(database_, "a transaction is committed once");
  auto done = database_->execute("COMMIT");
  if (done) database_ = nullptr;
  return done;
}

Transaction::~Transaction() {
  if (database_) std::ignore = database_->execute("ROLLBACK");
}

}  // namespace weir::sqlite
