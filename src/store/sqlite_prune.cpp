#include "store/sqlite_prune.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "store/sqlite_rows.h"

namespace weir::store {
namespace {

constexpr std::size_t runs_at_once = 200;        // each is leased, and a lease is an open file
constexpr std::int64_t events_at_once = 20'000;  // some 20 ms
constexpr std::chrono::milliseconds breath{30};  // between two transactions, for writers that wait
constexpr int pages_at_once = 2000;
constexpr int incremental_vacuum = 2;  // SQLite's number for it

struct Range {
  std::int64_t first = 0;
  std::int64_t last = 0;
};

}  // namespace

Result<Pruned> SqlitePrune::prune(const PruneOptions& options, const Forget& forget) {
  auto candidates = runs_.prunable(options);
  if (!candidates) return std::unexpected(candidates.error());
  if (options.dry_run) return preview(std::move(*candidates), options.now);

  auto pages_before = number("PRAGMA page_count");
  if (!pages_before) return std::unexpected(pages_before.error());
  Pruned pruned;
  for (std::size_t start = 0; start < candidates->size(); start += runs_at_once) {
    std::span chunk(*candidates);
    auto gone = set_aside(chunk.subspan(start, std::min(runs_at_once, candidates->size() - start)));
    if (!gone) return std::unexpected(gone.error());
    pruned.runs.insert(pruned.runs.end(), gone->begin(), gone->end());
  }
  auto stale = cache_.remove_stale(options.now);
  if (!stale) return std::unexpected(stale.error());
  pruned.cached_results = *stale;
  if (auto done = remove_events(); !done) return std::unexpected(done.error());
  if (auto done = forget_all(forget); !done) return std::unexpected(done.error());
  if (auto done = shrink(); !done) return std::unexpected(done.error());

  auto pages_after = number("PRAGMA page_count");
  auto page_size = number("PRAGMA page_size");
  if (!pages_after || !page_size) return std::unexpected((pages_after ? page_size : pages_after).error());
  pruned.bytes = std::max<std::int64_t>(0, *pages_before - *pages_after) * *page_size;
  return pruned;
}

Result<Pruned> SqlitePrune::preview(std::vector<RunSummary> candidates, Instant now) {
  std::erase_if(candidates, [&](const RunSummary& run) { return store_.is_leased(run); });
  auto stale = cache_.count_stale(now, candidates);
  if (!stale) return std::unexpected(stale.error());
  return Pruned{.runs = std::move(candidates), .cached_results = *stale};
}

/// Takes runs out of every list, except those that somebody holds: a finished run may be about to go on.
Result<std::vector<RunSummary>> SqlitePrune::set_aside(std::span<const RunSummary> candidates) {
  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return std::unexpected(transaction.error());
  auto move = database_.prepare(
      "INSERT INTO pruned SELECT number, id, name, first_event, last_event FROM run "
      "WHERE number = ? AND finished_us = ? RETURNING number");
  if (!move) return std::unexpected(move.error());
  std::vector<RunSummary> gone;
  std::vector<std::unique_ptr<Lease>> leases;
  for (const auto& run : candidates) {
    auto lease = store_.lease(run);
    if (!lease) continue;
    leases.push_back(std::move(*lease));
    auto moved = move->bind(1, run.number).bind(2, micros(run.finished.value())).step();
    if (!moved) return std::unexpected(moved.error());
    move->reset();
    if (*moved) gone.push_back(run);
  }
  if (auto done = database_.execute("DELETE FROM run WHERE number IN (SELECT number FROM pruned)"); !done) {
    return std::unexpected(done.error());
  }
  if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
  return gone;
}

/// Runs that went on at the same time, or nearly, share a stretch of the log, which is walked once.
Result<void> SqlitePrune::remove_events() {
  auto select = database_.prepare("SELECT first_event, last_event FROM pruned ORDER BY first_event");
  if (!select) return std::unexpected(select.error());
  std::vector<Range> ranges;
  auto read = for_each_row(*select, [&](const sqlite::Statement& row) -> Result<void> {
    Range range{row.integer(0), row.integer(1)};
    if (!ranges.empty() && range.first <= ranges.back().last + events_at_once) {
      ranges.back().last = std::max(ranges.back().last, range.last);
    } else {
      ranges.push_back(range);
    }
    return {};
  });
  if (!read) return read;
  for (const auto& range : ranges) {
    if (auto done = remove_events(range.first, range.last); !done) return done;
  }
  return {};
}

/// But for the very last event there is: what comes next must have a higher number than everything that somebody who
/// follows a run has read.
Result<void> SqlitePrune::remove_events(std::int64_t first, std::int64_t last) {
  auto remove = database_.prepare(
      "DELETE FROM event WHERE sequence BETWEEN ? AND ? AND run IN (SELECT number FROM pruned) "
      "AND sequence < (SELECT max(sequence) FROM event)");
  if (!remove) return std::unexpected(remove.error());
  for (; first <= last; first += events_at_once) {
    remove->bind(1, first).bind(2, std::min(last, first + events_at_once - 1));
    if (auto done = remove->run(); !done) return done;
    if (first + events_at_once <= last) std::this_thread::sleep_for(breath);
  }
  return {};
}

Result<void> SqlitePrune::forget_all(const Forget& forget) {
  auto select = database_.prepare("SELECT number, id, name FROM pruned");
  if (!select) return std::unexpected(select.error());
  std::vector<RunSummary> runs;
  auto read = for_each_row(*select, [&](const sqlite::Statement& row) -> Result<void> {
    RunSummary run;
    run.number = row.integer(0);
    run.id = row.text(1);
    run.name = row.text(2);
    runs.push_back(std::move(run));
    return {};
  });
  if (!read) return read;
  for (const auto& run : runs) forget(run);
  return database_.execute("DELETE FROM pruned");
}

/// Gives free pages back, some at a time. A file from before it could do that is written anew, once.
Result<void> SqlitePrune::shrink() {
  auto mode = number("PRAGMA auto_vacuum");
  if (!mode) return std::unexpected(mode.error());
  if (*mode != incremental_vacuum) return database_.execute("PRAGMA auto_vacuum = INCREMENTAL; VACUUM");
  auto step = fmt::format("PRAGMA incremental_vacuum({})", pages_at_once);
  for (;;) {
    auto pages = number("PRAGMA freelist_count");
    if (!pages) return std::unexpected(pages.error());
    if (*pages == 0) return database_.execute("PRAGMA wal_checkpoint(PASSIVE)");
    if (auto done = database_.execute(step.c_str()); !done) return done;
    if (*pages > pages_at_once) std::this_thread::sleep_for(breath);
  }
}

Result<std::int64_t> SqlitePrune::number(const char* sql) {
  auto select = database_.prepare(sql);
  if (!select) return std::unexpected(select.error());
  auto row = select->step();
  if (!row) return std::unexpected(row.error());
  return select->integer(0);
}

}  // namespace weir::store
