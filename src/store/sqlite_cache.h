// The table of cached results: one row a key, the newest result wins.
#pragma once

#include "sqlite/database.h"
#include "store/records.h"

namespace weir::store {

class SqliteCache {
 public:
  explicit SqliteCache(sqlite::Database& database);

  Result<void> keep(const CacheEntry& entry);  ///< within a transaction of the caller
  Result<std::optional<CachedResult>> find(const std::string& key, Instant now);

 private:
  sqlite::Prepared keep_;
  sqlite::Prepared find_;
};

}  // namespace weir::store
