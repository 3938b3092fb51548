// The store in one SQLite file: each table has its class (sqlite_*.h), transactions are opened here.
#include <fmt/format.h>

#include "store/file_lease.h"
#include "store/schema.h"
#include "store/sqlite_cache.h"
#include "store/sqlite_history.h"
#include "store/sqlite_limits.h"
#include "store/sqlite_prune.h"
#include "store/sqlite_requests.h"
#include "store/sqlite_runs.h"
#include "store/store.h"

namespace weir::store {
namespace {

class SqliteStore final : public Store {
 public:
  SqliteStore(std::filesystem::path folder, sqlite::Database database)
      : folder_(std::move(folder)), database_(std::move(database)) {}

  Result<void> load(Random& random);

  const std::string& id() const override { return id_; }
  Result<RunSummary> begin_run(core::RunStarted started, Instant at,
                               std::span<const core::Fact> more) override;
  using Store::append;
  Result<void> append(const Batch& batch) override;
  Result<RunSummary> find_run(const std::string& name_or_id) override { return runs_.find(name_or_id); }
  using Store::list_runs;
  Result<std::vector<RunSummary>> list_runs(const RunFilter& filter) override { return runs_.list(filter); }
  Result<std::int64_t> read_history(RunNumber run, std::int64_t after_sequence,
                                    const std::function<void(const core::Event&)>& take) override {
    return history_.read(run, after_sequence, take);
  }
  Result<void> request(RunNumber run, json body, Instant at) override;
  Result<std::vector<Request>> requests_after(std::int64_t number) override {
    return requests_.after(number);
  }
  Result<std::vector<Request>> requests_of(RunNumber run) override { return requests_.of_run(run); }
  bool changed_by_others() override;
  Result<std::optional<CachedResult>> cached(const std::string& key, Instant now) override {
    return cache_.find(key, now);
  }
  Result<void> set_limit(const std::string& name, std::optional<std::int64_t> slots) override;
  Result<std::vector<Limit>> limits() override { return limits_.all(); }
  Result<Pruned> prune(const PruneOptions& options,
                       const std::function<void(const RunSummary&)>& forget) override;
  Result<std::unique_ptr<Lease>> lease(const RunSummary& run) override {
    return lease(run.id, fmt::format("run '{}'", run.name));
  }
  bool is_leased(const RunSummary& run) override { return store::is_leased(lease_file(run.id)); }
  bool is_being_left(const RunSummary& run) override { return store::is_being_left(lease_file(run.id)); }

 private:
  Result<std::string> read_id();
  Result<std::string> make_id(Random& random);
  Result<void> set_sync(bool sync);
  Result<sqlite::Transaction> begin(bool sync);
  Result<void> insert(std::span<const Record> records);
  Result<void> follow(const Record& record);
  Result<std::int64_t> data_version();
  Result<std::unique_ptr<Lease>> lease(const std::string& name, const std::string& what) const;
  std::filesystem::path lease_file(const std::string& name) const { return folder_ / "leases" / name; }

  std::filesystem::path folder_;
  sqlite::Database database_;
  std::string id_;
  bool syncing_ = false;
  std::int64_t version_seen_ = 0;
  SqliteRuns runs_{database_};
  SqliteHistory history_{database_};
  SqliteRequests requests_{database_};
  SqliteCache cache_{database_};
  SqliteLimits limits_{database_};
  sqlite::Prepared data_version_{database_, "PRAGMA data_version"};
};

Result<void> SqliteStore::load(Random& random) {
  if (auto done = database_.migrate(application_id, migrations); !done) return done;
  auto id = read_id();
  if (id && id->empty()) id = make_id(random);
  if (!id) return std::unexpected(id.error());
  id_ = *id;
  auto version = data_version();
  if (!version) return std::unexpected(version.error());
  version_seen_ = *version;
  return {};
}

Result<std::string> SqliteStore::read_id() {
  auto select = database_.prepare("SELECT id FROM store");
  if (!select) return std::unexpected(select.error());
  auto row = select->step();
  if (!row) return std::unexpected(row.error());
  return *row ? select->text(0) : std::string{};
}

/// The first process to come gives the store its identity; whoever races it reads that one.
Result<std::string> SqliteStore::make_id(Random& random) {
  auto insert = database_.prepare("INSERT INTO store SELECT ? WHERE NOT EXISTS (SELECT * FROM store)");
  if (!insert) return std::unexpected(insert.error());
  if (auto done = insert->bind(1, random_hex(random, 16)).run(); !done) return std::unexpected(done.error());
  return read_id();
}

Result<void> SqliteStore::set_sync(bool sync) {
  if (syncing_ == sync) return {};
  auto done = database_.sync_every_commit(sync);
  if (done) syncing_ = sync;
  return done;
}

/// A transaction whose commit is synced or not.
Result<sqlite::Transaction> SqliteStore::begin(bool sync) {
  if (auto done = set_sync(sync); !done) return std::unexpected(done.error());
  return sqlite::Transaction::begin(database_);
}

Result<RunSummary> SqliteStore::begin_run(core::RunStarted started, Instant at,
                                          std::span<const core::Fact> more) {
  auto transaction = begin(true);
  if (!transaction) return std::unexpected(transaction.error());
  auto summary = runs_.insert(started, at);
  if (!summary) return std::unexpected(summary.error());
  std::vector<Record> records{{summary->number, {at, std::move(started)}}};
  for (const auto& fact : more) records.push_back({summary->number, {at, fact}});
  if (auto done = insert(records); !done) return std::unexpected(done.error());
  if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
  return summary;
}

Result<void> SqliteStore::append(const Batch& batch) {
  if (batch.records.empty() && batch.cache.empty() && batch.acknowledged.empty()) return {};
  auto transaction = begin(batch.sync);
  if (!transaction) return std::unexpected(transaction.error());
  for (std::int64_t number : batch.acknowledged) {
    if (auto done = requests_.acknowledge(number); !done) return done;
  }
  if (auto done = insert(batch.records); !done) return done;
  for (const auto& entry : batch.cache) {
    if (auto done = cache_.keep(entry); !done) return done;
  }
  return transaction->commit();
}

/// Events, and what follows from each for the other tables.
Result<void> SqliteStore::insert(std::span<const Record> records) {
  if (auto done = history_.insert(records); !done) return done;
  for (const auto& record : records) {
    if (auto done = follow(record); !done) return done;
  }
  return {};
}

Result<void> SqliteStore::follow(const Record& record) {
  if (std::holds_alternative<core::RunReopened>(record.event.fact)) return runs_.reopen(record.run);
  const auto* end = std::get_if<core::RunFinished>(&record.event.fact);
  if (!end) return {};
  if (auto done = runs_.finish(record.run, end->state, record.event.at); !done) return done;
  return requests_.forget_run(record.run);
}

Result<void> SqliteStore::request(RunNumber run, json body, Instant at) {
  auto transaction = begin(true);
  if (!transaction) return std::unexpected(transaction.error());
  auto summary = runs_.by_number(run);
  if (!summary) return std::unexpected(summary.error());
  if (!*summary) return fail(Code::not_found, "the run is not in the store any more");
  if (is_terminal((*summary)->state)) {
    return fail(Code::conflict, fmt::format("run '{}' has already ended ({})", (*summary)->name,
                                            core::name_of((*summary)->state)));
  }
  if (auto done = requests_.insert(run, body, at); !done) return done;
  return transaction->commit();
}

Result<std::int64_t> SqliteStore::data_version() {
  auto pragma = data_version_.use();
  if (!pragma) return std::unexpected(pragma.error());
  auto row = (*pragma)->step();
  if (!row) return std::unexpected(row.error());
  return (*pragma)->integer(0);
}

bool SqliteStore::changed_by_others() {
  auto version = data_version();
  if (!version) return true;
  return std::exchange(version_seen_, *version) != *version;
}

Result<void> SqliteStore::set_limit(const std::string& name, std::optional<std::int64_t> slots) {
  auto transaction = begin(true);
  if (!transaction) return std::unexpected(transaction.error());
  if (auto done = limits_.set(name, slots); !done) return done;
  return transaction->commit();
}

Result<Pruned> SqliteStore::prune(const PruneOptions& options,
                                  const std::function<void(const RunSummary&)>& forget) {
  auto alone = lease("prune", "a prune");
  if (!alone) return std::unexpected(alone.error());
  if (auto done = set_sync(true); !done) return std::unexpected(done.error());
  return SqlitePrune(*this, database_, runs_, cache_).prune(options, forget);
}

Result<std::unique_ptr<Lease>> SqliteStore::lease(const std::string& name, const std::string& what) const {
  auto file = lease_file(name);
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  return lease_by_file(file, what);
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(const std::filesystem::path& folder, Random& random) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  auto database = sqlite::Database::open(folder / "weir.db");
  if (!database) return std::unexpected(database.error());
  auto store = std::make_unique<SqliteStore>(folder, std::move(*database));
  if (auto done = store->load(random); !done) return std::unexpected(done.error());
  return store;
}

}  // namespace weir::store
