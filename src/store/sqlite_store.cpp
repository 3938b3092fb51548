#include <fmt/format.h>

#include "base/nearest.h"
#include "core/event_codec.h"
#include "sqlite/database.h"
#include "store/file_lease.h"
#include "store/store.h"

namespace weir::store {
namespace {

constexpr std::int32_t application_id = 0x77656972;  // "weir"
constexpr std::size_t names_suggested_from = 50;

// The history is an append-only log by rowid without an index: an index would cost five times the speed of
// the whole engine. A run's events lie between two sequence numbers kept in its row.
constexpr const char* migrations[] = {
    R"(
CREATE TABLE store (id TEXT NOT NULL);
CREATE TABLE run (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,
  flow TEXT NOT NULL,
  state TEXT NOT NULL,
  started_us INTEGER NOT NULL,
  finished_us INTEGER,
  first_event INTEGER NOT NULL,
  last_event INTEGER
);
CREATE TABLE event (
  sequence INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  type INTEGER NOT NULL,
  task INTEGER NOT NULL,
  number INTEGER NOT NULL,
  body TEXT NOT NULL
);
)",
};

constexpr const char* summary_columns = "number, id, name, flow, state, started_us, finished_us";

Instant instant_from(std::int64_t micros) { return Instant{Duration{micros}}; }

RunSummary summary_from(const sqlite::Statement& row) {
  RunSummary summary;
  summary.number = row.integer(0);
  summary.id = row.text(1);
  summary.name = row.text(2);
  summary.flow = row.text(3);
  summary.state = core::run_state_from(row.text_view(4)).value_or(core::RunState::failed);
  summary.started = instant_from(row.integer(5));
  if (!row.is_null(6)) summary.finished = instant_from(row.integer(6));
  return summary;
}

class SqliteStore final : public Store {
 public:
  SqliteStore(std::filesystem::path folder, sqlite::Database database)
      : folder_(std::move(folder)), database_(std::move(database)) {}

  Result<void> load(Random& random);

  const std::string& id() const override { return id_; }
  Result<RunSummary> begin_run(core::RunStarted started, Instant at,
                               std::span<const core::Fact> more) override;
  Result<void> append(std::span<const Record> records, bool sync) override;
  Result<RunSummary> find_run(const std::string& name_or_id) override;
  Result<std::vector<RunSummary>> list_runs(std::size_t limit) override;
  Result<std::vector<core::Event>> history(RunNumber run) override;
  Result<std::unique_ptr<Lease>> lease(const RunSummary& run) override;
  bool is_leased(const RunSummary& run) override { return store::is_leased(lease_file(run)); }

 private:
  Result<std::string> read_id();
  Result<std::string> make_id(Random& random);
  Result<void> set_sync(bool on);
  Result<void> insert(const Record& record);
  Result<void> finish(RunNumber run, core::RunState state, Instant at);
  Result<std::string> free_name(const std::string& wanted);
  Result<std::vector<RunSummary>> select(sqlite::Statement statement);
  std::filesystem::path lease_file(const RunSummary& run) const { return folder_ / "leases" / run.id; }
  Error no_such_run(const std::string& wanted);

  std::filesystem::path folder_;
  sqlite::Database database_;
  std::string id_;
  bool syncing_ = false;
  sqlite::Statement insert_event_;
};

Result<void> SqliteStore::load(Random& random) {
  if (auto done = database_.migrate(application_id, migrations); !done) return done;
  auto id = read_id();
  if (id && id->empty()) id = make_id(random);
  if (!id) return std::unexpected(id.error());
  id_ = *id;
  auto insert_event =
      database_.prepare("INSERT INTO event (run, at_us, type, task, number, body) VALUES (?, ?, ?, ?, ?, ?)");
  if (!insert_event) return std::unexpected(insert_event.error());
  insert_event_ = std::move(*insert_event);
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

Result<void> SqliteStore::set_sync(bool on) {
  if (syncing_ == on) return {};
  syncing_ = on;
  return database_.sync_every_commit(on);
}

Result<RunSummary> SqliteStore::begin_run(core::RunStarted started, Instant at,
                                          std::span<const core::Fact> more) {
  if (auto done = set_sync(true); !done) return std::unexpected(done.error());
  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return std::unexpected(transaction.error());
  auto name = free_name(started.name);
  if (!name) return std::unexpected(name.error());
  started.name = *name;

  auto insert = database_.prepare(
      "INSERT INTO run (id, name, flow, state, started_us, first_event) "
      "VALUES (?, ?, ?, 'running', ?, 1 + (SELECT coalesce(max(sequence), 0) FROM event))");
  if (!insert) return std::unexpected(insert.error());
  insert->bind(1, started.id).bind(2, started.name).bind(3, started.flow);
  if (auto done = insert->bind(4, at.time_since_epoch().count()).run(); !done)
    return std::unexpected(done.error());
  RunSummary summary{
      database_.last_rowid(), started.id, started.name, started.flow, core::RunState::running, at, {}};
  if (auto done = this->insert({summary.number, {at, std::move(started)}}); !done) {
    return std::unexpected(done.error());
  }
  for (const auto& fact : more) {
    if (auto done = this->insert({summary.number, {at, fact}}); !done) return std::unexpected(done.error());
  }
  if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
  return summary;
}

Result<void> SqliteStore::append(std::span<const Record> records, bool sync) {
  if (records.empty()) return {};
  if (auto done = set_sync(sync); !done) return done;
  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return std::unexpected(transaction.error());
  for (const auto& record : records) {
    if (auto done = insert(record); !done) return done;
    if (const auto* end = std::get_if<core::RunFinished>(&record.event.fact)) {
      if (auto done = finish(record.run, end->state, record.event.at); !done) return done;
    }
  }
  return transaction->commit();
}

Result<void> SqliteStore::insert(const Record& record) {
  core::EventRow row = core::encode(record.event);
  insert_event_.bind(1, record.run).bind(2, row.at_us).bind(3, row.type);
  return insert_event_.bind(4, row.task).bind(5, row.number).bind(6, row.body).run();
}

Result<void> SqliteStore::finish(RunNumber run, core::RunState state, Instant at) {
  auto update = database_.prepare(
      "UPDATE run SET state = ?, finished_us = ?, last_event = (SELECT max(sequence) FROM event) WHERE "
      "number = ?");
  if (!update) return std::unexpected(update.error());
  return update->bind(1, core::name_of(state)).bind(2, at.time_since_epoch().count()).bind(3, run).run();
}

Result<std::string> SqliteStore::free_name(const std::string& wanted) {
  auto taken = database_.prepare("SELECT 1 FROM run WHERE name = ?");
  if (!taken) return std::unexpected(taken.error());
  std::string name = wanted;
  for (int suffix = 2;; ++suffix) {
    auto row = taken->bind(1, name).step();
    if (!row) return std::unexpected(row.error());
    taken->reset();
    if (!*row) return name;
    name = fmt::format("{}-{}", wanted, suffix);
  }
}

Result<std::vector<RunSummary>> SqliteStore::select(sqlite::Statement statement) {
  std::vector<RunSummary> runs;
  for (;;) {
    auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return runs;
    runs.push_back(summary_from(statement));
  }
}

Result<RunSummary> SqliteStore::find_run(const std::string& name_or_id) {
  constexpr std::size_t prefix_length_min = 4;
  bool may_be_prefix =
      name_or_id.size() >= prefix_length_min && name_or_id.find_first_of("%_") == std::string::npos;
  auto statement = database_.prepare(
      fmt::format("SELECT {} FROM run WHERE name = ?1 OR id = ?1 OR (?2 AND id LIKE ?1 || '%') LIMIT 2",
                  summary_columns));
  if (!statement) return std::unexpected(statement.error());
  statement->bind(1, name_or_id).bind(2, may_be_prefix);
  auto found = select(std::move(*statement));
  if (!found) return std::unexpected(found.error());
  if (found->empty()) return std::unexpected(no_such_run(name_or_id));
  if (found->size() > 1) {
    return fail(Code::invalid, fmt::format("several runs begin with '{}'", name_or_id),
                "give more of the id");
  }
  return found->front();
}

Error SqliteStore::no_such_run(const std::string& wanted) {
  std::vector<std::string> names;
  if (auto recent = list_runs(names_suggested_from)) {
    for (const auto& run : *recent) names.push_back(run.name);
  }
  auto near = nearest(wanted, names);
  return {Code::not_found, fmt::format("there is no run '{}'", wanted),
          near ? fmt::format("did you mean '{}'?", *near) : "'weir runs list' shows the runs there are"};
}

Result<std::vector<RunSummary>> SqliteStore::list_runs(std::size_t limit) {
  auto statement =
      database_.prepare(fmt::format("SELECT {} FROM run ORDER BY number DESC LIMIT ?", summary_columns));
  if (!statement) return std::unexpected(statement.error());
  statement->bind(1, static_cast<std::int64_t>(limit));
  return select(std::move(*statement));
}

Result<std::vector<core::Event>> SqliteStore::history(RunNumber run) {
  auto statement = database_.prepare(
      "SELECT at_us, type, task, event.number, body FROM run JOIN event "
      "ON sequence BETWEEN first_event AND coalesce(last_event, 9223372036854775807) AND run = run.number "
      "WHERE run.number = ? ORDER BY sequence");
  if (!statement) return std::unexpected(statement.error());
  statement->bind(1, run);
  std::vector<core::Event> events;
  for (;;) {
    auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return events;
    auto event = core::decode({statement->integer(0), statement->integer(1), statement->integer(2),
                               statement->integer(3), statement->text(4)});
    if (!event) return std::unexpected(event.error());
    events.push_back(std::move(*event));
  }
}

Result<std::unique_ptr<Lease>> SqliteStore::lease(const RunSummary& run) {
  auto file = lease_file(run);
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  return lease_by_file(file, fmt::format("run '{}'", run.name));
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
