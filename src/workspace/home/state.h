// workspace.db: its tables, the settings of this workspace, and the one sequence from which jobs and runs get
// their ids. Every commit is synced: what a client was told is still true after a power cut.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "sqlite/database.h"

namespace weir::workspace {

class State {
 public:
  static Result<State> open(const std::filesystem::path& file);

  sqlite::Database& database() { return database_; }
  Result<sqlite::Transaction> begin() { return sqlite::Transaction::begin(database_); }

  /// Never given out before, whatever was deleted since. Inside a transaction.
  Result<std::int64_t> next_id();

  Result<std::optional<std::string>> setting(std::string_view key);
  Result<void> set(std::string_view key, std::string_view value);

  /// The workspace's id as clients know it: 16 digits, made once.
  Result<std::string> org_id();

 private:
  explicit State(sqlite::Database database) : database_(std::move(database)) {}
  sqlite::Database database_;
};

}  // namespace weir::workspace
