#include "memory_store.h"

#include "base/planted.h"

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

Result<void> MemoryStore::append(const store::Batch& batch) {
  if (batch.records.empty() && batch.cache.empty() && batch.acknowledged.empty()) return {};
  watcher_.before_write();
  if (disk_.full) {
    watcher_.on_refused();
    return std::unexpected(no_space());
  }
  disk_.append(batch);
  watcher_.on_appended(batch);
  watcher_.after_write();
  return {};
}

Result<store::RunSummary> MemoryStore::find_run(const std::string& name_or_id) {
  for (const auto& [number, run] : disk_.runs()) {
    if (run.summary.name == name_or_id || run.summary.id == name_or_id) return run.summary;
  }
  return fail(Code::not_found, "there is no run '" + name_or_id + "'");
}

Result<std::vector<store::RunSummary>> MemoryStore::list_runs(const store::RunFilter& filter) {
  std::vector<store::RunSummary> newest_first;
  for (auto it = disk_.runs().rbegin(); it != disk_.runs().rend() && newest_first.size() < filter.limit;
       ++it) {
    const auto& run = it->second.summary;
    bool wanted = (!filter.flow || *filter.flow == run.flow) &&
                  (!filter.state || *filter.state == run.state) &&
                  (!filter.started_since || run.started >= *filter.started_since) &&
                  (!filter.older_than || run.number < filter.older_than->number);
    if (wanted) newest_first.push_back(run);
  }
  return newest_first;
}

Result<std::int64_t> MemoryStore::read_history(store::RunNumber run, std::int64_t after_sequence,
                                               const std::function<void(const core::Event&)>& take) {
  auto events = disk_.history(run);
  for (auto i = static_cast<std::size_t>(after_sequence); i < events.size(); ++i) take(events[i]);
  return static_cast<std::int64_t>(events.size());
}

Result<void> MemoryStore::request(store::RunNumber run, json body, Instant at) {
  if (disk_.full) return std::unexpected(no_space());
  if (is_terminal(disk_.runs().at(run).summary.state)) return fail(Code::conflict, "the run has finished");
  disk_.add_request(run, std::move(body), at);
  return {};
}

Result<std::vector<store::Request>> MemoryStore::requests_after(std::int64_t number) {
  std::vector<store::Request> later;
  for (const auto& request : disk_.requests()) {
    if (request.number > number) later.push_back(request);
  }
  return later;
}

Result<std::vector<store::Request>> MemoryStore::requests_of(store::RunNumber run) {
  std::vector<store::Request> asked;
  for (const auto& request : disk_.requests()) {
    if (request.run == run) asked.push_back(request);
  }
  return asked;
}

Result<std::optional<store::CachedResult>> MemoryStore::cached(const std::string& key, Instant now) {
  const auto* found = disk_.cached(key);
  if (!found || (found->expires_at && *found->expires_at <= now)) return std::nullopt;
  return *found;
}

Result<void> MemoryStore::set_limit(const std::string& name, std::optional<std::int64_t> slots) {
  if (slots) {
    disk_.limits[name] = *slots;
  } else {
    disk_.limits.erase(name);
  }
  return {};
}

Result<std::vector<store::Limit>> MemoryStore::limits() {
  std::vector<store::Limit> limits;
  for (const auto& [name, slots] : disk_.limits) limits.push_back({name, slots});
  return limits;
}

Result<store::Pruned> MemoryStore::prune(const store::PruneOptions&,
                                         const std::function<void(const store::RunSummary&)>&) {
  return fail(Code::invalid, "a simulated store keeps all of its runs");
}

Result<std::unique_ptr<store::Lease>> MemoryStore::lease(const store::RunSummary& run) {
  bool held = disk_.leased.contains(run.number) && !WEIR_BUG("a lease is given twice");
  if (held) return fail(Code::conflict, "another process holds the run");
  return std::make_unique<Hold>(disk_, run.number);
}

}  // namespace weir::sim
