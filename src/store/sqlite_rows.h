// How times and JSON stand in the rows of the SQLite store.
#pragma once

#include <optional>

#include "base/clock.h"
#include "sqlite/database.h"

namespace weir::store {

inline std::int64_t micros(Instant at) { return at.time_since_epoch().count(); }

inline Instant instant_from(std::int64_t micros) { return Instant{Duration{micros}}; }

inline std::optional<Instant> optional_instant(const sqlite::Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return instant_from(row.integer(column));
}

/// Calls `take(row)` for every row that is left; it returns Result<void>.
template <class Take>
Result<void> for_each_row(sqlite::Statement& statement, Take take) {
  for (;;) {
    auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    if (Result<void> taken = take(statement); !taken) return taken;
  }
}

}  // namespace weir::store
