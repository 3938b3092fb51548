// A thin RAII wrapper of the SQLite C API: connections, prepared statements, transactions. It turns result
// codes into errors and nothing more; SQL stays in the files that know the tables.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace weir::sqlite {

/// A prepared statement. Bind by position from 1, step, read columns from 0; reset() to use it again.
/// Binding and reading cannot fail by themselves; a failure shows at step(). One thread at a time.
class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* raw) : raw_(raw) {}

  Statement& bind(int position, std::int64_t value);
  Statement& bind(int position, std::string_view value);       ///< copied
  Statement& bind_view(int position, std::string_view value);  ///< not copied: lives until reset() or run()
  Statement& bind_null(int position);

  /// True while there is a row. Errors: Code::conflict for a constraint (UNIQUE, CHECK …), Code::unavailable
  /// for a database that stays locked or a disk that is full, Code::internal for the rest (I/O, corruption).
  Result<bool> step();
  Result<void> run();  ///< steps to the end and resets
  void reset();        ///< and forgets the bindings

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::string text(int column) const;
  std::string_view text_view(int column) const;  ///< valid until the next step or reset

 private:
  using Destructor = void (*)(void*);
  Statement& bind_text(int position, std::string_view value, Destructor destructor);

  struct Finalize {
    void operator()(sqlite3_stmt* raw) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> raw_;
};

enum class Mode : std::uint8_t { read_write_create, read_only };

class Database {
 public:
  /// Opens with a write-ahead log, foreign keys on, 5 s busy timeout. Code::not_found when a read-only file
  /// is not there, Code::invalid when the file is no SQLite database.
  static Result<Database> open(const std::filesystem::path& file, Mode mode = Mode::read_write_create);

  Result<void> execute(const char* sql);  ///< one or more statements without results
  Result<Statement> prepare(std::string_view sql);
  std::int64_t last_rowid() const;

  /// Whether each commit is synced to disk (FULL) or survives only the death of the process (NORMAL). Between
  /// transactions only.
  Result<void> sync_every_commit(bool on);

  /// Brings the schema to `migrations.size()`, each step one transaction, counted in user_version. A database
  /// from a newer weir is refused with Code::invalid; one of another application (application_id) too.
  Result<void> migrate(std::int32_t application_id, std::span<const char* const> migrations);

 private:
  struct Close {
    void operator()(sqlite3* raw) const;
  };
  explicit Database(sqlite3* raw) : raw_(raw) {}
  std::unique_ptr<sqlite3, Close> raw_;
};

/// A statement that is compiled when it is first needed and kept from then on. The database outlives it.
class Prepared {
 public:
  /// The statement while somebody works with it; reset at the end, so that it holds no lock.
  class Use {
   public:
    explicit Use(Statement& statement) : statement_(&statement) {}
    Use(Use&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
    ~Use() {
      if (statement_) statement_->reset();
    }
    Statement* operator->() const { return statement_; }
    Statement& operator*() const { return *statement_; }

   private:
    Statement* statement_;
  };

  Prepared(Database& database, const char* sql) : database_(&database), sql_(sql) {}
  Result<Use> use();

 private:
  Database* database_;
  const char* sql_;
  std::optional<Statement> statement_{};
};

/// BEGIN IMMEDIATE … COMMIT; rolls back when destroyed without commit().
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  Result<void> commit();
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  ~Transaction();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace weir::sqlite
