// The table of concurrency limits: how many at once, by name. Who holds a slot is not in it (slot_locks.h).
#pragma once

#include <vector>

#include "sqlite/database.h"
#include "store/records.h"

namespace weir::store {

class SqliteLimits {
 public:
  explicit SqliteLimits(sqlite::Database& database);

  Result<void> set(const std::string& name, std::optional<std::int64_t> slots);
  Result<std::vector<Limit>> all();

 private:
  sqlite::Prepared set_;
  sqlite::Prepared remove_;
  sqlite::Prepared all_;
};

}  // namespace weir::store
