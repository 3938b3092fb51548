// One simulated process: the production engine between a store, a loop and executors that are simulated. It may
// die inside any of them.
#pragma once

#include <map>
#include <memory>

#include "flow_body.h"
#include "memory_files.h"
#include "memory_store.h"
#include "runtime/engine.h"

namespace weir::sim {

class Process final : public runtime::Observer, private WriteWatcher {
 public:
  Process(Site& site, std::uint64_t seed, bool serves_requests);
  ~Process() override;
  Process(const Process&) = delete;

  Timeline::Owner owner() const { return owner_; }
  void start(const PlannedRun& plan);
  Result<void> resume(const store::RunSummary& run);

  Result<void> again(const store::RunSummary& run, const PlannedRun& plan);

  /// Of a run that this process has, or through the store, as another process would.
  void ask(store::RunNumber run, runtime::Ask what);
  void hold();

  /// The engine's runs, the replay of their histories and the books tell the same.
  void compare() const;
  bool is_broken() const { return broken_; }

 private:
  void adopt(runtime::RunSlot slot, const store::RunSummary& run, bool has_ended);
  void start_body(runtime::RunSlot slot);
  std::optional<runtime::RunSlot> slot_of(store::RunNumber run) const;

  void on_event(runtime::RunSlot slot, const core::Run& run, const core::Event& event) override;
  void on_broken(const Error& error) override;

  void before_write() override { site_.maybe_die(site_.weather.crash_at_write); }
  void after_write() override { site_.maybe_die(site_.weather.crash_at_write); }
  void on_begun(const store::RunSummary& run) override;
  void on_appended(const store::Batch& batch) override;
  void trace_row(store::RunNumber run, const core::EventRow& row, bool synced);
  void on_refused() override { site_.audit.on_refused(); }

  Site& site_;
  Timeline::Owner owner_;
  SimLoop loop_;
  SeededRandom ids_;
  MemoryStore store_;
  SimSlotLocks locks_;
  store::TaskLog log_{"/dev/null"};
  MemoryFiles files_;
  std::unique_ptr<runtime::Engine> engine_;
  std::map<runtime::RunSlot, store::RunNumber> numbers_;
  std::map<runtime::RunSlot, std::unique_ptr<FlowBody>> bodies_;
  store::RunNumber begun_ = 0;
  bool serves_requests_;
  bool broken_ = false;
};

}  // namespace weir::sim
