// The store on a disk that loses power at every moment that matters: each sync of a run of everything a store does.
// After each loss the store is opened again, and what it says must be what it said after one of the transactions:
// not before the last one whose call had returned with the promise to survive.
#include <functional>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/scratch.h"
#include "core/event_codec.h"
#include "power_loss/disk.h"
#include "sqlite/database.h"
#include "store/store.h"

using namespace weir;
using namespace weir::store;
using namespace weir::power;

namespace {

constexpr Instant now{std::chrono::seconds{1'700'000'000}};

/// Everything a user can find in a store.
Result<std::string> describe(Store& store) {
  std::string text;
  auto runs = store.list_runs(1000);
  auto requests = store.requests_after(0);
  auto limits = store.limits();
  if (!runs || !requests || !limits) return fail(Code::internal, "cannot be read");
  if (runs->empty()) return text;
  text += store.id();
  for (const auto& run : *runs) {
    text += fmt::format("\n{} {} {}:", run.id, run.name, core::name_of(run.state));
    auto read = store.read_history(run.number, 0, [&](const core::Event& event) {
      auto row = core::encode(event);
      text += fmt::format(" {}/{}/{}", row.type, row.number, fingerprint(row.body).substr(0, 8));
    });
    if (!read) return std::unexpected(read.error());
  }
  for (const auto& request : *requests) {
    text += fmt::format("\nrequest {} {}", request.number, to_text(request.body));
  }
  for (const char* key : {"first", "second"}) {
    auto result = store.cached(key, now);
    if (!result) return std::unexpected(result.error());
    if (*result) text += fmt::format("\n{} = {}", key, to_text((*result)->value));
  }
  for (const auto& limit : *limits) text += fmt::format("\n{}: {}", limit.name, limit.slots);
  return text;
}

/// One reference run: what was written, and what the store said after each transaction.
class Reference {
 public:
  /// When `honest` is false, appends that should be synced are not.
  Reference(PowerLossDisk& disk, bool honest) : disk_(disk), honest_(honest) {
    states_.push_back({"", 0, true});
    open();
    note(true);
    for (int round = 0; round < 4; ++round) play(round);
    store_.reset();
    disk_.record(false);
  }

  /// The newest transaction after which the store said this.
  std::optional<std::size_t> position_of(const std::string& description) const {
    for (std::size_t i = states_.size(); i-- > 0;) {
      if (states_[i].description == description) return i;
    }
    return std::nullopt;
  }

  /// The last transaction that was promised when so many operations had reached the disk.
  std::size_t promised(std::size_t operations) const {
    std::size_t last = 0;
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (states_[i].synced && states_[i].operations <= operations) last = i;
    }
    return last;
  }

  std::size_t transactions() const { return states_.size() - 1; }

 private:
  struct State {
    std::string description;
    std::size_t operations;  ///< done when the call returned
    bool synced;
  };

  void open() { store_ = open_sqlite_store(scratch_.path(), random_).value(); }

  void note(bool synced) {
    states_.push_back({describe(*store_).value(), disk_.operations().size(), synced});
  }

  RunSummary begin(const std::string& name) {
    core::RunStarted started;
    started.id = started.name = name;
    auto run = store_->begin_run(started, now, std::vector<core::Fact>{core::GraphClosed{}}).value();
    note(true);
    return run;
  }

  /// `size` events of `run` and `other` in turns, with bodies of a few bytes up to several pages.
  void append(const RunSummary& run, const RunSummary& other, std::uint32_t size, bool sync,
              const Batch& more = {}) {
    std::vector<Record> records;
    for (std::uint32_t i = 0; i < size; ++i) {
      ++attempts_;
      std::string value(attempts_ % 7 == 0 ? 9000 : attempts_ % 40, 'x');
      records.push_back(
          {(i % 2 ? other : run).number, {now, core::AttemptSucceeded{0, attempts_, json(value)}}});
    }
    Batch batch = more;
    batch.records = records;
    batch.sync = sync && honest_;
    REQUIRE(store_->append(batch));
    note(sync);
  }

  void finish(const RunSummary& run) {
    REQUIRE(store_->append(std::vector<Record>{{run.number, {now, core::RunFinished{}}}}, honest_));
    note(true);
  }

  /// Another process moves the write-ahead log into the database, and lets it start anew.
  void checkpoint(const char* sql) {
    REQUIRE(sqlite::Database::open(scratch_.path() / "weir.db").value().execute(sql));
  }

  void play(int round) {
    auto first = begin(fmt::format("first-{}", round));
    auto second = begin(fmt::format("second-{}", round));
    for (std::uint32_t i = 0; i < 6; ++i) append(first, second, i + 1, i % 3 == 2);
    checkpoint("PRAGMA wal_checkpoint(PASSIVE)");
    append(first, second, 3, false);
    REQUIRE(store_->request(second.number, {{"cancel", round}}, now));
    note(true);
    append(first, second, 5, false);
    checkpoint("PRAGMA wal_checkpoint(RESTART)");
    std::vector<std::int64_t> answered{store_->requests_after(0).value().at(0).number};
    std::vector<CacheEntry> entries{
        {round % 2 ? "first" : "second", {first.id, "t", round, now, now + std::chrono::hours{1}}}};
    append(second, first, 2, true, {.cache = entries, .acknowledged = answered});
    REQUIRE(store_->set_limit("gpu", round + 1));
    note(true);
    finish(first);
    if (round == 1) {
      store_.reset();
      open();
    }
    append(second, second, 40, false);
    REQUIRE(store_->prune({.keep_newest = 0, .now = now}, [](const RunSummary&) {}));
    note(true);
    append(second, second, 3, true);
  }

  PowerLossDisk& disk_;
  bool honest_;
  Scratch scratch_{};
  SystemRandom random_{};
  std::unique_ptr<Store> store_{};
  std::vector<State> states_{};
  std::uint32_t attempts_ = 0;
};

struct Audit {
  int syncs = 0;
  int losses_of_power = 0;
  int lost = 0;     ///< something promised was not there
  int damaged = 0;  ///< the store does not open, or shows what it never said before
};

/// Loses power before and so after each sync, in each way, some of them several times.
Audit audit(const Reference& reference, const PowerLossDisk& disk, DiskImage image, int repeats) {
  Audit result;
  SystemRandom random;
  sim::SeededRandom chance(2026, 0);
  auto lose = [&](Survival survival, std::size_t operations) {
    ++result.losses_of_power;
    Scratch scratch;
    image.lose_power(scratch.path(), survival, chance);
    auto store = open_sqlite_store(scratch.path(), random);
    auto found = store ? describe(**store) : std::unexpected(store.error());
    auto position = found ? reference.position_of(*found) : std::nullopt;
    if (!position) {
      ++result.damaged;
    } else if (*position < reference.promised(operations)) {
      ++result.lost;
    }
  };
  for (std::size_t done = 0; done < disk.operations().size(); ++done) {
    const auto& operation = disk.operations()[done];
    if (operation.kind == DiskOperation::Kind::sync) {
      ++result.syncs;
      lose(Survival::nothing, done);
      lose(Survival::everything, done);
      for (int i = 0; i < repeats; ++i) {
        lose(Survival::some, done);
        lose(Survival::some_shuffled, done);
      }
    }
    image.apply(operation);
  }
  return result;
}

}  // namespace

TEST_CASE("whenever power is lost, what was promised is there, and of the rest whole transactions in order") {
  PowerLossDisk disk;
  Reference reference(disk, true);
  auto result = audit(reference, disk, DiskImage(), 5);
  CHECK(result.syncs >= 80);
  CHECK(result.losses_of_power >= 1000);
  CHECK(result.lost == 0);
  CHECK(result.damaged == 0);
}

TEST_CASE("the audit notices promises that were not synced") {
  PowerLossDisk disk;
  Reference reference(disk, false);
  auto result = audit(reference, disk, DiskImage(), 1);
  CHECK(result.lost > 0);
  CHECK(result.damaged == 0);
}

TEST_CASE("the audit notices a disk that takes no notice of syncs") {
  PowerLossDisk disk;
  Reference reference(disk, true);
  auto result = audit(reference, disk, DiskImage(true), 1);
  CHECK(result.lost + result.damaged > 0);
}
