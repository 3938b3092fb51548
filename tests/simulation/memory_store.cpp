#include "memory_store.h"

namespace weir::sim {
namespace {

Error no_space() { return {Code::internal, "the disk is full", "make room and resume"}; }

class Hold final : public store::Lease {
 public:
  Hold(Disk& disk, store::RunNumber run) : disk_(disk), run_(run) { disk_.leased.insert(run); }
  ~Hold() override { disk_.leased.erase(run_); }

 private:
  Disk& disk_;
  store::RunNumber run_;
};

}  // namespace

Result<store::RunSummary> MemoryStore::begin_run(core::RunStarted started, Instant at,
                                                 std::span<const core::Fact> more) {
  watcher_.before_write();
  if (disk_.full) return std::unexpected(no_space());
  auto summary = disk_.create(std::move(started), at, more);
  watcher_.on_begun(summary);
  watcher_.after_write();
  return summary;
}

Result<void> MemoryStore::append(std::span<const store::Record> records, bool sync) {
  if (records.empty()) return {};
  watcher_.before_write();
  if (disk_.full) {
    watcher_.on_refused();
    return std::unexpected(no_space());
  }
  disk_.append(records, sync);
  watcher_.on_appended(records, sync);
  watcher_.after_write();
  return {};
}

Result<store::RunSummary> MemoryStore::find_run(const std::string& name_or_id) {
  for (const auto& [number, run] : disk_.runs()) {
    if (run.summary.name == name_or_id || run.summary.id == name_or_id) return run.summary;
  }
  return fail(Code::not_found, "there is no run '" + name_or_id + "'");
}

Result<std::vector<store::RunSummary>> MemoryStore::list_runs(std::size_t limit) {
  std::vector<store::RunSummary> newest_first;
  for (auto it = disk_.runs().rbegin(); it != disk_.runs().rend() && newest_first.size() < limit; ++it) {
    newest_first.push_back(it->second.summary);
  }
  return newest_first;
}

Result<std::unique_ptr<store::Lease>> MemoryStore::lease(const store::RunSummary& run) {
  if (disk_.leased.contains(run.number)) return fail(Code::conflict, "another process holds the run");
  return std::make_unique<Hold>(disk_, run.number);
}

}  // namespace weir::sim
