// The store port of one simulated process, on a disk that outlives it. Whoever makes it says what goes wrong.
#pragma once

#include <functional>
#include <utility>

#include "disk.h"
#include "store/store.h"

namespace weir::sim {

/// Told about every write. May end the process, by throwing, before the write or after it: then the write is
/// durable and its answer is lost.
class WriteWatcher {
 public:
  virtual ~WriteWatcher() = default;
  virtual void before_write() = 0;
  virtual void on_begun(const store::RunSummary& run) = 0;
  virtual void on_appended(const store::Batch& batch) = 0;
  virtual void on_refused() = 0;
  virtual void after_write() = 0;
};

class MemoryStore final : public store::Store {
 public:
  MemoryStore(Disk& disk, WriteWatcher& watcher) : disk_(disk), watcher_(watcher) {}

  const std::string& id() const override { return disk_.id; }
  Result<store::RunSummary> begin_run(core::RunStarted started, Instant at,
                                      std::span<const core::Fact> more) override;
  using store::Store::append;
  Result<void> append(const store::Batch& batch) override;
  Result<store::RunSummary> find_run(const std::string& name_or_id) override;
  using store::Store::list_runs;
  Result<std::vector<store::RunSummary>> list_runs(const store::RunFilter& filter) override;
  Result<std::int64_t> read_history(store::RunNumber run, std::int64_t after_sequence,
                                    const std::function<void(const core::Event&)>& take) override;
  Result<void> request(store::RunNumber run, json body, Instant at) override;
  Result<std::vector<store::Request>> requests_after(std::int64_t number) override;
  Result<std::vector<store::Request>> requests_of(store::RunNumber run) override;
  bool changed_by_others() override { return std::exchange(changes_seen_, disk_.changes) != disk_.changes; }
  Result<std::optional<store::CachedResult>> cached(const std::string& key, Instant now) override;
  Result<void> set_limit(const std::string& name, std::optional<std::int64_t> slots) override;
  Result<std::vector<store::Limit>> limits() override;
  Result<store::Pruned> prune(const store::PruneOptions&,
                              const std::function<void(const store::RunSummary&)>&) override;
  Result<std::unique_ptr<store::Lease>> lease(const store::RunSummary& run) override;
  bool is_leased(const store::RunSummary& run) override { return disk_.leased.contains(run.number); }
  bool is_being_left(const store::RunSummary&) override { return false; }

 private:
  Disk& disk_;
  WriteWatcher& watcher_;
  std::uint64_t changes_seen_ = 0;
};

}  // namespace weir::sim
