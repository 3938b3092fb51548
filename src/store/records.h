// What a store keeps, as plain values: runs, their events, requests to them, and results worth keeping.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "core/event.h"

namespace weir::store {

/// A run's number in its store; small, never reused.
using RunNumber = std::int64_t;

/// What lists show of a run.
struct RunSummary {
  RunNumber number = 0;
  std::string id{};
  std::string name{};
  std::string flow{};
  core::RunState state = core::RunState::running;
  Instant started{};
  std::optional<Instant> finished{};
  std::string parent{};  ///< name of the run whose task it does the work of; empty for most
};

/// Which runs a list shows, newest first.
struct RunFilter {
  std::optional<std::string> flow{};
  std::optional<core::RunState> state{};
  std::optional<Instant> started_since{};
  std::optional<RunSummary> older_than{};  ///< the last of the page before
  std::size_t limit = 100;
};

struct Record {
  RunNumber run = 0;
  core::Event event{};
};

/// What somebody wants of a run, mostly from another process: to cancel it, to pause it. The body is the
/// engine's business.
struct Request {
  std::int64_t number = 0;  ///< order of arrival in the store, never reused
  RunNumber run = 0;
  Instant at{};
  json body{};
};

/// The result of a task that later runs may take over.
struct CachedResult {
  std::string run_id{};  ///< who made it
  std::string task{};
  json value{};
  Instant made_at{};
  std::optional<Instant> expires_at{};  ///< nullopt: it stays as long as the run that made it
};

struct CacheEntry {
  std::string key{};
  CachedResult result{};
};

/// What becomes durable together, all or nothing.
struct Batch {
  std::span<const Record> records{};
  std::span<const CacheEntry> cache{};
  std::span<const std::int64_t> acknowledged{};  ///< numbers of requests that `records` answer
  bool sync = false;  ///< to survive power loss; otherwise it survives the death of this process
};

/// How many tasks that carry this name may run at once on this machine.
struct Limit {
  std::string name{};
  std::int64_t slots = 0;
};

/// Which finished runs to remove: those that meet every condition that is given, all of them when none is.
struct PruneOptions {
  std::optional<Instant> finished_before{};
  std::size_t keep_newest = 0;  ///< of each flow's finished runs
  Instant now{};                ///< cached results that have expired by then go as well
  bool dry_run = false;         ///< only tell
};

struct Pruned {
  std::vector<RunSummary> runs{};  ///< newest first
  std::int64_t cached_results = 0;
  std::int64_t bytes = 0;  ///< by which the store became smaller; 0 for a dry run
};

}  // namespace weir::store
