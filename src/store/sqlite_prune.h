// Removing runs for good. A removal takes many small transactions, so that engines at work never wait long, and
// may be interrupted anywhere: the next one completes it.
#pragma once

#include <functional>

#include "store/sqlite_cache.h"
#include "store/sqlite_runs.h"
#include "store/store.h"

namespace weir::store {

class SqlitePrune {
 public:
  using Forget = std::function<void(const RunSummary&)>;

  /// All of them outlive this. One prune at a time, over all processes. The database syncs every commit: what is kept of a run elsewhere is only taken
  /// away when the run itself cannot come back.
  SqlitePrune(Store& store, sqlite::Database& database, SqliteRuns& runs, SqliteCache& cache)
      : store_(store), database_(database), runs_(runs), cache_(cache) {}

  /// As Store::prune.
  Result<Pruned> prune(const PruneOptions& options, const Forget& forget);

 private:
  Result<Pruned> preview(std::vector<RunSummary> candidates, Instant now);
  Result<std::vector<RunSummary>> set_aside(std::span<const RunSummary> candidates);
  Result<void> remove_events();
  Result<void> remove_events(std::int64_t first, std::int64_t last);
  Result<void> forget_all(const Forget& forget);
  Result<void> shrink();
  Result<std::int64_t> number(const char* sql);

  Store& store_;
  sqlite::Database& database_;
  SqliteRuns& runs_;
  SqliteCache& cache_;
};

}  // namespace weir::store
