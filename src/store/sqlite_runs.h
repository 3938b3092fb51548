// The table of runs: one row each, what lists show and where the history lies.
#pragma once

#include <vector>

#include "sqlite/database.h"
#include "store/records.h"

namespace weir::store {

class SqliteRuns {
 public:
  explicit SqliteRuns(sqlite::Database& database);

  /// Within a transaction of the caller, before the first event is inserted. Changes `started.name` when it
  /// is taken.
  Result<RunSummary> insert(core::RunStarted& started, Instant at);

  /// Within a transaction of the caller, after the event that ends the run or takes it up again.
  Result<void> finish(RunNumber run, core::RunState state, Instant at);
  Result<void> reopen(RunNumber run);

  Result<RunSummary> find(const std::string& name_or_id);  ///< as Store::find_run
  Result<std::optional<RunSummary>> by_number(RunNumber run);
  Result<std::vector<RunSummary>> list(const RunFilter& filter);

  /// Finished runs to remove, newest first, whoever holds them.
  Result<std::vector<RunSummary>> prunable(const PruneOptions& options);

 private:
  Result<std::string> free_name(const std::string& wanted);
  Error no_such_run(const std::string& wanted);

  sqlite::Prepared name_taken_;
  sqlite::Prepared insert_;
  sqlite::Prepared finish_;
  sqlite::Prepared reopen_;
  sqlite::Prepared find_;
  sqlite::Prepared by_number_;
  sqlite::Database* database_;
};

}  // namespace weir::store
