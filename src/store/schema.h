// The tables of weir.db, as the steps that lead to them. A step that was released is never changed: a new
// version of the schema is a new step.
#pragma once

#include <cstdint>

namespace weir::store {

constexpr std::int32_t application_id = 0x77656972;  // "weir"

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
    // A request is a row until it is acknowledged. A key of the cache has one result, the newest.
    R"(
CREATE TABLE request (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  run INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  body TEXT NOT NULL
);
CREATE TABLE cache (
  key TEXT NOT NULL UNIQUE,
  run_id TEXT NOT NULL,
  task TEXT NOT NULL,
  value TEXT NOT NULL,
  made_us INTEGER NOT NULL,
  expires_us INTEGER
);
CREATE TABLE concurrency_limit (name TEXT PRIMARY KEY, slots INTEGER NOT NULL) WITHOUT ROWID;
)",
    // A run that is being removed leaves `run` at once and stays in `pruned` until the last of its events is
    // gone, so that an interrupted removal is completed by the next.
    R"(
CREATE INDEX run_by_start ON run (started_us);
CREATE INDEX run_by_flow ON run (flow, started_us);
CREATE INDEX run_by_state ON run (state, started_us);
CREATE TABLE pruned (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  first_event INTEGER NOT NULL,
  last_event INTEGER NOT NULL
);
)",
    // Of a child run: the name of its parent.
    R"(
ALTER TABLE run ADD COLUMN parent TEXT;
UPDATE run SET parent = (SELECT CASE WHEN json_valid(body) THEN body ->> '$.source.parent.run' END
                         FROM event WHERE sequence = first_event);
)",
};

}  // namespace weir::store
