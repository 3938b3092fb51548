#include "workspace/home/state.h"

#include <array>

#include "base/ids.h"
#include "workspace/home/sql.h"

namespace weir::workspace {
namespace {

constexpr std::int32_t application_id = 0x57527773;  // "WRws"

// A job run and the runs of its tasks share one table: both have an id, states and times. A token outlives
// its run, so that a request repeated after the run was deleted is refused instead of run again.
constexpr auto migrations = std::to_array<const char*>(
    {R"sql(
  CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE sequence (last INTEGER NOT NULL);
  INSERT INTO sequence VALUES (0);

  CREATE TABLE jobs (
    job_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    settings TEXT NOT NULL
  );

  CREATE TABLE runs (
    run_id INTEGER PRIMARY KEY,
    parent_id INTEGER NOT NULL,          -- of a task run: its job run; else 0
    job_id INTEGER NOT NULL,
    run_type TEXT NOT NULL,
    name TEXT NOT NULL,
    task_key TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    spec TEXT NOT NULL,                  -- JSON: the settings of the job run, the task of a task run
    life_cycle TEXT NOT NULL,
    result TEXT NOT NULL,                -- '' until it has ended
    termination TEXT NOT NULL,
    message TEXT NOT NULL,
    stop TEXT NOT NULL,                  -- why it is being ended: '', 'cancel', 'timeout', 'cluster'
    created_ms INTEGER NOT NULL,
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER NOT NULL,
    retry_at_ms INTEGER NOT NULL,
    supervisor_pid INTEGER NOT NULL,
    supervisor_ticks INTEGER NOT NULL,
    supervisor_boot TEXT NOT NULL,
    supervisor_tree TEXT NOT NULL
  );
  CREATE INDEX runs_by_parent ON runs (parent_id, run_id);
  CREATE INDEX runs_by_job ON runs (job_id, run_id) WHERE parent_id = 0;
  CREATE INDEX runs_active ON runs (run_id) WHERE parent_id = 0 AND ended_ms = 0;

  CREATE TABLE tokens (token TEXT PRIMARY KEY, run_id INTEGER NOT NULL) WITHOUT ROWID;
)sql",
     // Repairs. Ids come from one sequence, so the task runs of
     // a repair are those between its id and the next repair's.
     R"sql(
  ALTER TABLE runs ADD COLUMN first_attempt INTEGER NOT NULL DEFAULT 0;  -- since the last repair
  CREATE TABLE repairs (
    repair_id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    before TEXT NOT NULL                 -- JSON: how the run had ended until then: state, status, end_time
  );
  CREATE INDEX repairs_by_run ON repairs (run_id, repair_id);
)sql",
     R"sql(
  CREATE TABLE secret_scopes (name TEXT PRIMARY KEY, backend TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE secrets (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    sealed TEXT NOT NULL,                -- see secret_box.h
    updated_ms INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
  ) WITHOUT ROWID;
  CREATE TABLE secret_acls (
    scope TEXT NOT NULL,
    principal TEXT NOT NULL,
    permission TEXT NOT NULL,
    PRIMARY KEY (scope, principal)
  ) WITHOUT ROWID;
)sql",
     R"sql(
  CREATE TABLE clusters (
    cluster_id TEXT PRIMARY KEY,
    source TEXT NOT NULL,                -- API, SQL …
    spec TEXT NOT NULL,                  -- JSON, as create or edit gave it
    state TEXT NOT NULL,
    message TEXT NOT NULL,
    termination TEXT NOT NULL,           -- JSON: the reason, once it is ending
    context_id INTEGER NOT NULL,         -- of its latest start
    is_pinned INTEGER NOT NULL,
    starts_again INTEGER NOT NULL,       -- once the driver that is ending has ended
    created_ms INTEGER NOT NULL,
    restarted_ms INTEGER NOT NULL,
    ended_ms INTEGER NOT NULL,
    supervisor_pid INTEGER NOT NULL,
    supervisor_ticks INTEGER NOT NULL,
    supervisor_boot TEXT NOT NULL,
    supervisor_tree TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE cluster_events (
    event_id INTEGER PRIMARY KEY,
    cluster_id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    type TEXT NOT NULL,
    details TEXT NOT NULL                -- JSON
  );
  CREATE INDEX cluster_events_by_cluster ON cluster_events (cluster_id, at_ms);
  CREATE TABLE cluster_libraries (
    cluster_id TEXT NOT NULL,
    library TEXT NOT NULL,               -- JSON: its identity
    is_wanted INTEGER NOT NULL,          -- 0: goes at the next start
    PRIMARY KEY (cluster_id, library)
  ) WITHOUT ROWID;
)sql",
     R"sql(
  CREATE TABLE statements (
    statement_id TEXT PRIMARY KEY,
    warehouse_id TEXT NOT NULL,
    request TEXT NOT NULL,               -- JSON, for the driver
    state TEXT NOT NULL,
    error TEXT NOT NULL,                 -- JSON; '' without one
    created_ms INTEGER NOT NULL
  ) WITHOUT ROWID;
)sql",
     R"sql(
  ALTER TABLE runs ADD COLUMN trigger TEXT NOT NULL DEFAULT 'ONE_TIME';
  ALTER TABLE runs ADD COLUMN caller_id INTEGER NOT NULL DEFAULT 0;   -- the task run that started this job run
  ALTER TABLE runs ADD COLUMN loop_of_id INTEGER NOT NULL DEFAULT 0;  -- of an iteration: its job run
  ALTER TABLE runs ADD COLUMN iteration INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE runs ADD COLUMN input TEXT NOT NULL DEFAULT '';         -- JSON, of iterations and of what has them
  CREATE INDEX runs_by_caller ON runs (caller_id) WHERE caller_id != 0;
  CREATE INDEX runs_in_loops ON runs (loop_of_id) WHERE loop_of_id != 0;
)sql",
     // Notices of runs that were told, or are to be; the rows stay as long as the run, so that
     // nothing is told twice.
     R"sql(
  CREATE TABLE notification_destinations (id TEXT PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE notices (
    notice_id INTEGER PRIMARY KEY,
    job_run_id INTEGER NOT NULL,
    run_id INTEGER NOT NULL,
    repair INTEGER NOT NULL,             -- of a job run: how often it was repaired before
    event TEXT NOT NULL,
    destination_id TEXT NOT NULL,
    body TEXT NOT NULL,                  -- JSON, as it is sent
    state TEXT NOT NULL DEFAULT 'waiting',
    attempts INTEGER NOT NULL DEFAULT 0,
    due_ms INTEGER NOT NULL,
    UNIQUE (run_id, repair, event, destination_id)
  );
  CREATE INDEX notices_waiting ON notices (due_ms) WHERE state = 'waiting';
  CREATE INDEX notices_by_job_run ON notices (job_run_id);
)sql",
     R"sql(
  CREATE TABLE permissions (
    kind TEXT NOT NULL,                  -- "jobs", "clusters" …
    object_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    principal_field TEXT NOT NULL,
    principal TEXT NOT NULL,
    level TEXT NOT NULL,
    PRIMARY KEY (kind, object_id, position)
  ) WITHOUT ROWID;
)sql",
     // What is asked of job runs must not lead through all that have ended.
     R"sql(
  DROP INDEX runs_by_parent;
  DROP INDEX runs_active;
  CREATE INDEX runs_of_tasks ON runs (parent_id, run_id) WHERE parent_id != 0;
  CREATE INDEX runs_of_jobs ON runs (run_id) WHERE parent_id = 0;
  CREATE INDEX runs_active ON runs (run_id) WHERE parent_id = 0 AND ended_ms = 0;
  CREATE INDEX runs_active_by_job ON runs (job_id, run_id) WHERE parent_id = 0 AND ended_ms = 0;
)sql",
     R"sql(
  CREATE TABLE object_ids (path TEXT PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE user_tokens (
    hash TEXT PRIMARY KEY,
    token_id TEXT NOT NULL,
    comment TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    ends_ms INTEGER NOT NULL             -- -1: never
  ) WITHOUT ROWID;
  CREATE TABLE kept_objects (
    number INTEGER PRIMARY KEY,          -- the order in which they came
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,                  -- JSON
    UNIQUE (kind, id)
  );
)sql",
     R"sql(
  CREATE TABLE queries (
    query_id TEXT PRIMARY KEY,
    number INTEGER NOT NULL,             -- in order of creation
    is_trashed INTEGER NOT NULL,
    name TEXT NOT NULL,
    shown TEXT NOT NULL                  -- JSON, as the API shows it
  ) WITHOUT ROWID;
)sql",
     // When the driver was started; of one that is on its way, as late as it may have been.
     R"sql(
  ALTER TABLE clusters ADD COLUMN launched_ms INTEGER NOT NULL DEFAULT 0;
  UPDATE clusters SET launched_ms = CAST(strftime('%s', 'now') AS INTEGER) * 1000;
)sql"});

constexpr std::uint64_t org_id_min = 1'000'000'000'000'000;

}  // namespace

Result<State> State::open(const std::filesystem::path& file) {
  auto database = sqlite::Database::open(file);
  if (!database) return std::unexpected(database.error());
  if (auto migrated = database->migrate(application_id, migrations); !migrated)
    return std::unexpected(migrated.error());
  if (auto synced = database->sync_every_commit(true); !synced) return std::unexpected(synced.error());
  return State(std::move(*database));
}

Result<std::int64_t> State::next_id() {
  std::int64_t id = 0;
  auto read = each_row(database_, "UPDATE sequence SET last = last + 1 RETURNING last",
                       [&](sqlite::Statement& row) { id = row.integer(0); });
  return value_after(read, id);
}

Result<std::optional<std::string>> State::setting(std::string_view key) {
  std::optional<std::string> value;
  auto read = each_row(
      database_, "SELECT value FROM settings WHERE key = ?",
      [&](sqlite::Statement& row) { value = row.text(0); }, key);
  return value_after(read, value);
}

Result<void> State::set(std::string_view key, std::string_view value) {
  return execute(database_,
                 "INSERT INTO settings VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                 key, value);
}

Result<std::string> State::org_id() {
  auto known = setting("org_id");
  if (!known) return std::unexpected(known.error());
  if (*known) return **known;
  SystemRandom random;
  std::string fresh = std::to_string(org_id_min + random.next() % (8 * org_id_min));
  return value_after(set("org_id", fresh), fresh);
}

}  // namespace weir::workspace
