// What outlives a simulated process: the stored runs, requests to them, cached results and limits. A killed process
// keeps what was written; a power cut keeps what was synced, and of the rest some whole transactions from the front, as
// a write-ahead log does.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <vector>

#include "core/event_codec.h"
#include "seeded_random.h"
#include "store/records.h"

namespace weir::sim {

class Disk {
 public:
  struct StoredRun {
    store::RunSummary summary{};
    std::vector<core::EventRow> rows{};
  };

  /// One whose bytes are whole, or that is not there: drafts are nobody's business.
  struct File {
    std::shared_ptr<const std::string> bytes{};
    bool synced = false;
  };
  using Files = std::map<std::string, std::map<std::string, File>>;  ///< by owner and name

  std::string id = "51a151a151a151a151a151a151a151a1";
  bool full = false;
  std::set<store::RunNumber> leased{};
  std::map<std::string, std::int64_t> limits{};
  std::uint64_t changes = 0;  ///< by others than the process that runs

  store::RunSummary create(core::RunStarted started, Instant at, std::span<const core::Fact> more);
  void append(const store::Batch& batch);
  const store::Request& add_request(store::RunNumber run, json body, Instant at);

  /// The runs that lost events, with how many.
  std::map<store::RunNumber, std::size_t> cut_power(SeededRandom& dice);

  const std::map<store::RunNumber, StoredRun>& runs() const { return kept_.runs; }
  const std::vector<store::Request>& requests() const { return kept_.requests; }
  void put_file(const std::string& owner, const std::string& name, File file);
  void erase_file(const std::string& owner, const std::string& name);
  void lose_cached_files();  ///< somebody cleans up
  const File* file(const std::string& owner, const std::string& name) const;
  const Files& files() const { return files_; }

  const store::CachedResult* cached(const std::string& key) const;
  std::vector<core::Event> history(store::RunNumber run) const;

 private:
  struct Kept {
    std::map<store::RunNumber, StoredRun> runs{};
    std::vector<store::Request> requests{};
    std::map<std::string, std::vector<store::CachedResult>> cache{};
  };
  /// What a transaction that was not synced has done, in order to take it back.
  struct Unsynced {
    std::vector<store::RunNumber> written{};  ///< one entry an event
    std::vector<std::string> cached{};
    std::vector<store::Request> requests{};  ///< that it took away
  };

  void write(store::RunNumber run, const core::Event& event, Unsynced& undo);
  void drop_requests(Unsynced& undo, const std::function<bool(const store::Request&)>& which);
  void take_back(const Unsynced& undo);
  std::string free_name(const std::string& wanted) const;

  Kept kept_;
  Files files_;
  std::int64_t last_request_ = 0;
  std::vector<Unsynced> unsynced_;
};

}  // namespace weir::sim
