// The table of cached results: one row a key, the newest result wins.
#pragma once

#include <vector>

#include "sqlite/database.h"
#include "store/records.h"

namespace weir::store {

class SqliteCache {
 public:
  explicit SqliteCache(sqlite::Database& database);

  Result<void> keep(const CacheEntry& entry);  ///< within a transaction of the caller
  Result<std::optional<CachedResult>> find(const std::string& key, Instant now);

  /// How many have expired by then, or have no time of their own and were made by one of `runs`.
  Result<std::int64_t> count_stale(Instant now, const std::vector<RunSummary>& runs);

  /// The same for the runs that are in `pruned`; tells how many it removed.
  Result<std::int64_t> remove_stale(Instant now);

 private:
  sqlite::Prepared keep_;
  sqlite::Prepared find_;
  sqlite::Prepared count_stale_;
  sqlite::Prepared remove_stale_;
};

}  // namespace weir::store
