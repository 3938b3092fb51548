// The table of events: appending to it, and reading the history of one run in small portions.
#pragma once

#include <functional>
#include <span>

#include "sqlite/database.h"
#include "store/records.h"

namespace weir::store {

class SqliteHistory {
 public:
  explicit SqliteHistory(sqlite::Database& database);

  Result<void> insert(std::span<const Record> records);  ///< within a transaction of the caller

  /// As Store::read_history.
  Result<std::int64_t> read(RunNumber run, std::int64_t after_sequence,
                            const std::function<void(const core::Event&)>& take);

 private:
  struct Portion;
  struct Bounds {
    std::int64_t first = 0;
    std::int64_t last = 0;
  };
  Result<Bounds> bounds_of(RunNumber run);
  Result<Portion> read_portion(RunNumber run, std::int64_t after, std::int64_t last);

  sqlite::Prepared insert_;
  sqlite::Prepared bounds_;
  sqlite::Prepared portion_;
};

}  // namespace weir::store
