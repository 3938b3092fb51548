#include <fmt/format.h>
#include <sqlite3.h>

#include "sqlite/database.h"
#include "sqlite/result_code.h"

namespace weir::sqlite {

void Statement::Finalize::operator()(sqlite3_stmt* raw) const { sqlite3_finalize(raw); }

Statement& Statement::bind(int position, std::int64_t value) {
  sqlite3_bind_int64(raw_.get(), position, value);
  return *this;
}

Statement& Statement::bind(int position, std::string_view value) {
  return bind_text(position, value, SQLITE_TRANSIENT);
}

Statement& Statement::bind_view(int position, std::string_view value) {
  return bind_text(position, value, SQLITE_STATIC);
}

/// A null pointer would bind NULL, and an empty view may have one.
Statement& Statement::bind_text(int position, std::string_view value, Destructor destructor) {
  const char* data = value.data() ? value.data() : "";
  sqlite3_bind_text64(raw_.get(), position, data, value.size(), destructor, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind_null(int position) {
  sqlite3_bind_null(raw_.get(), position);
  return *this;
}

Result<bool> Statement::step() {
  int code = sqlite3_step(raw_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return std::unexpected(error_of(sqlite3_db_handle(raw_.get()), sqlite3_sql(raw_.get())));
}

Result<void> Statement::run() {
  for (;;) {
    auto row = step();
    if (row && *row) continue;
    reset();
    if (!row) return std::unexpected(row.error());
    return {};
  }
}

void Statement::reset() {
  sqlite3_reset(raw_.get());
  sqlite3_clear_bindings(raw_.get());
}

bool Statement::is_null(int column) const { return sqlite3_column_type(raw_.get(), column) == SQLITE_NULL; }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(raw_.get(), column); }

std::string Statement::text(int column) const { return std::string(text_view(column)); }

std::string_view Statement::text_view(int column) const {
  const void* bytes = sqlite3_column_text(raw_.get(), column);
  auto size = static_cast<std::size_t>(sqlite3_column_bytes(raw_.get(), column));
  return bytes ? std::string_view(static_cast<const char*>(bytes), size) : std::string_view{};
}

Result<Prepared::Use> Prepared::use() {
  if (!statement_) {
    auto statement = database_->prepare(sql_);
    if (!statement) return std::unexpected(statement.error());
    statement_ = std::move(*statement);
  }
  return Use(*statement_);
}

}  // namespace weir::sqlite
