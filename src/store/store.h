// The port to durable state: flow runs and their histories, requests to runs, cached results, limits. Every
// store keeps the same promises, checked by one suite (store_suite.h).
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "store/records.h"

namespace weir::store {

/// Exclusive hold of one run by one process; ends with the object or with the process, however it dies.
class Lease {
 public:
  virtual ~Lease() = default;
};

/// One thread at a time.
class Store {
 public:
  virtual ~Store() = default;

  /// Identity of this store, made with it. A copy of a database file has the same.
  virtual const std::string& id() const = 0;

  /// Creates a run with its first events, `started` and then `more`, all or nothing, synced. When
  /// `started.name` is taken, a number is added to it: the name in the result is the one it got.
  virtual Result<RunSummary> begin_run(core::RunStarted started, Instant at,
                                       std::span<const core::Fact> more) = 0;

  /// Appends the records in order, keeps the cache entries, takes the acknowledged requests away and updates
  /// the summaries. The end of a run takes its unanswered requests with it. Returns when all of it is as
  /// durable as asked.
  virtual Result<void> append(const Batch& batch) = 0;
  Result<void> append(std::span<const Record> records, bool sync);

  /// By full id, by the start of one (at least 4 characters), or by name. Code::not_found names the nearest
  /// name; Code::invalid when several fit.
  virtual Result<RunSummary> find_run(const std::string& name_or_id) = 0;

  virtual Result<std::vector<RunSummary>> list_runs(const RunFilter& filter) = 0;
  Result<std::vector<RunSummary>> list_runs(std::size_t limit);  ///< the newest

  /// Hands the events of a run after `after_sequence` (0: from the start) to `take`, in order, and returns
  /// where to go on. Reads in small portions: a history of any length takes little memory, and no lock is
  /// held while `take` works. Code::not_found when the run is not there (any more).
  virtual Result<std::int64_t> read_history(RunNumber run, std::int64_t after_sequence,
                                            const std::function<void(const core::Event&)>& take) = 0;
  Result<std::vector<core::Event>> history(RunNumber run);  ///< all of it at once

  /// Asks something of a run, whoever executes it; synced: an accepted request is never lost. Code::conflict
  /// when the run has finished, Code::not_found when there is none.
  virtual Result<void> request(RunNumber run, json body, Instant at) = 0;

  /// What was asked and not acknowledged, in order: of all runs after a number, or of one run from the start.
  virtual Result<std::vector<Request>> requests_after(std::int64_t number) = 0;
  virtual Result<std::vector<Request>> requests_of(RunNumber run) = 0;

  /// Whether somebody else has written since the last call (or since opening). Costs next to nothing: ask
  /// this before looking for requests. True when in doubt.
  virtual bool changed_by_others() = 0;

  /// The newest result kept under this key that has not expired.
  virtual Result<std::optional<CachedResult>> cached(const std::string& key, Instant now) = 0;

  /// Limits by name, for all processes that share this store. nullopt takes a limit away.
  virtual Result<void> set_limit(const std::string& name, std::optional<std::int64_t> slots) = 0;
  virtual Result<std::vector<Limit>> limits() = 0;  ///< by name

  /// Removes finished runs that nobody holds, with everything the store knows of them, and cached results that
  /// have expired or whose run is removed and that have no time of their own; gives the space back. Others go
  /// on reading and writing meanwhile. `forget` takes away what is kept of a run elsewhere, its log for one; it
  /// may be told of a run again when an earlier prune was interrupted.
  virtual Result<Pruned> prune(const PruneOptions& options,
                               const std::function<void(const RunSummary&)>& forget) = 0;

  /// Code::conflict when another process holds the run.
  virtual Result<std::unique_ptr<Lease>> lease(const RunSummary& run) = 0;

  /// Whether a living process holds the run. Asking disturbs nobody.
  virtual bool is_leased(const RunSummary& run) = 0;

  /// Whether it is held although the process that took it is gone: by a child that was on its way when that process was
  /// killed, and that lets go when it has begun its own program.
  virtual bool is_being_left(const RunSummary& run) = 0;
};

/// Opens or creates `folder`/weir.db. Code::invalid for one that a newer weir wrote.
Result<std::unique_ptr<Store>> open_sqlite_store(const std::filesystem::path& folder, Random& random);

}  // namespace weir::store
