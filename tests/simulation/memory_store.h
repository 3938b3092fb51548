// The store port of one simulated process, on a disk that outlives it. Whoever makes it says what goes wrong.
#pragma once

#include <functional>

#include "disk.h"

namespace weir::sim {

/// Told about every write. May end the process, by throwing, before the write or after it: then the write is
/// durable and its answer is lost.
class WriteWatcher {
 public:
  virtual ~WriteWatcher() = default;
  virtual void before_write() = 0;
  virtual void on_begun(const store::RunSummary& run) = 0;
  virtual void on_appended(std::span<const store::Record> records, bool sync) = 0;
  virtual void on_refused() = 0;
  virtual void after_write() = 0;
};

class MemoryStore final : public store::Store {
 public:
  MemoryStore(Disk& disk, WriteWatcher& watcher) : disk_(disk), watcher_(watcher) {}

  const std::string& id() const override { return disk_.id; }
  Result<store::RunSummary> begin_run(core::RunStarted started, Instant at,
                                      std::span<const core::Fact> more) override;
  Result<void> append(std::span<const store::Record> records, bool sync) override;
  Result<store::RunSummary> find_run(const std::string& name_or_id) override;
  Result<std::vector<store::RunSummary>> list_runs(std::size_t limit) override;
  Result<std::vector<core::Event>> history(store::RunNumber run) override { return disk_.history(run); }
  Result<std::unique_ptr<store::Lease>> lease(const store::RunSummary& run) override;
  bool is_leased(const store::RunSummary& run) override { return disk_.leased.contains(run.number); }

 private:
  Disk& disk_;
  WriteWatcher& watcher_;
};

}  // namespace weir::sim
