// The table of requests: what was asked of runs and has not been answered yet.
#pragma once

#include <vector>

#include "sqlite/database.h"
#include "store/records.h"

namespace weir::store {

class SqliteRequests {
 public:
  explicit SqliteRequests(sqlite::Database& database);

  /// These belong in a transaction of the caller.
  Result<void> insert(RunNumber run, const json& body, Instant at);
  Result<void> acknowledge(std::int64_t number);
  Result<void> forget_run(RunNumber run);

  Result<std::vector<Request>> after(std::int64_t number);
  Result<std::vector<Request>> of_run(RunNumber run);

 private:
  sqlite::Prepared insert_;
  sqlite::Prepared acknowledge_;
  sqlite::Prepared forget_run_;
  sqlite::Prepared after_;
  sqlite::Prepared of_run_;
};

}  // namespace weir::store
