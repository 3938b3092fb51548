// What outlives a simulated process: the stored runs. A killed process keeps what was written; a power cut
// keeps what was synced, and of the rest some whole transactions from the front, as a write-ahead log does.
#pragma once

#include <map>
#include <set>
#include <span>
#include <vector>

#include "core/event_codec.h"
#include "seeded_random.h"
#include "store/store.h"

namespace weir::sim {

class Disk {
 public:
  struct StoredRun {
    store::RunSummary summary{};
    std::vector<core::EventRow> rows{};
  };

  std::string id = "51a151a151a151a151a151a151a151a1";
  bool full = false;
  std::set<store::RunNumber> leased{};

  store::RunSummary create(core::RunStarted started, Instant at, std::span<const core::Fact> more);
  void append(std::span<const store::Record> records, bool sync);

  /// The runs that lost events, with how many.
  std::map<store::RunNumber, std::size_t> cut_power(SeededRandom& dice);

  const std::map<store::RunNumber, StoredRun>& runs() const { return runs_; }
  std::vector<core::Event> history(store::RunNumber run) const;

 private:
  void write(store::RunNumber run, const core::Event& event);
  std::string free_name(const std::string& wanted) const;

  std::map<store::RunNumber, StoredRun> runs_;
  /// The runs that got an event, one entry an event: one vector for each transaction that was not synced.
  std::vector<std::vector<store::RunNumber>> unsynced_;
};

}  // namespace weir::sim
