// One-line SQL: a statement, its values in order, and what to do with each row.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "sqlite/database.h"

namespace weir::workspace {

inline void bind_value(sqlite::Statement& statement, int at, std::int64_t value) {
  statement.bind(at, value);
}
inline void bind_value(sqlite::Statement& statement, int at, std::string_view value) {
  statement.bind(at, value);
}

/// Calls `row` (taking a sqlite::Statement&) for each row of the result.
template <class Row, class... Values>
Result<void> each_row(sqlite::Database& database, std::string_view sql, Row row, const Values&... values) {
  auto statement = database.prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  int at = 0;
  (bind_value(*statement, ++at, values), ...);
  while (true) {
    auto more = statement->step();
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
    row(*statement);
  }
}

template <class... Values>
Result<void> execute(sqlite::Database& database, std::string_view sql, const Values&... values) {
  return each_row(database, sql, [](sqlite::Statement&) {}, values...);
}

/// `value`, once what fills it has been `done`.
template <class T>
Result<T> value_after(const Result<void>& done, T value) {
  if (!done) return std::unexpected(done.error());
  return value;
}

}  // namespace weir::workspace
