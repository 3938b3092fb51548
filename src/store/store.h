// The port to durable state: flow runs and their histories. Every store keeps the same promises, checked by
// one suite (store_suite.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
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
};

struct Record {
  RunNumber run = 0;
  core::Event event{};
};

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

  /// Appends in order, all or nothing, and updates the summaries. Returns when it is as durable as asked:
  /// with `sync` it survives power loss, otherwise the death of this process.
  virtual Result<void> append(std::span<const Record> records, bool sync) = 0;

  /// By full id, by the start of one (at least 4 characters), or by name. Code::not_found names the nearest
  /// name; Code::invalid when several fit.
  virtual Result<RunSummary> find_run(const std::string& name_or_id) = 0;

  /// Newest first.
  virtual Result<std::vector<RunSummary>> list_runs(std::size_t limit) = 0;

  virtual Result<std::vector<core::Event>> history(RunNumber run) = 0;

  /// Code::conflict when another process holds the run.
  virtual Result<std::unique_ptr<Lease>> lease(const RunSummary& run) = 0;

  /// Whether a living process holds the run. Asking disturbs nobody.
  virtual bool is_leased(const RunSummary& run) = 0;
};

/// Opens or creates `folder`/weir.db. Code::invalid for one that a newer weir wrote.
Result<std::unique_ptr<Store>> open_sqlite_store(const std::filesystem::path& folder, Random& random);

}  // namespace weir::store
