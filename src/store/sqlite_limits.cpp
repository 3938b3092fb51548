#include "store/sqlite_limits.h"

#include <fmt/format.h>

#include "store/slot_locks.h"
#include "store/sqlite_rows.h"

namespace weir::store {

SqliteLimits::SqliteLimits(sqlite::Database& database)
    : set_(database,
           "INSERT INTO concurrency_limit (name, slots) VALUES (?, ?) "
           "ON CONFLICT (name) DO UPDATE SET slots = excluded.slots"),
      remove_(database, "DELETE FROM concurrency_limit WHERE name = ?"),
      all_(database, "SELECT name, slots FROM concurrency_limit ORDER BY name") {}

Result<void> SqliteLimits::set(const std::string& name, std::optional<std::int64_t> slots) {
  if (slots) {
    if (auto fine = check_limit({name, *slots}); !fine) return fine;
  }
  auto change = slots ? set_.use() : remove_.use();
  if (!change) return std::unexpected(change.error());
  (*change)->bind_view(1, name);
  if (slots) (*change)->bind(2, *slots);
  return (*change)->run();
}

Result<std::vector<Limit>> SqliteLimits::all() {
  auto select = all_.use();
  if (!select) return std::unexpected(select.error());
  std::vector<Limit> limits;
  auto read = for_each_row(**select, [&](const sqlite::Statement& row) -> Result<void> {
    limits.push_back({row.text(0), row.integer(1)});
    return {};
  });
  if (!read) return std::unexpected(read.error());
  return limits;
}

}  // namespace weir::store
