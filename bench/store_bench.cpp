// Store::append against SQLite itself inserting the same rows, 1,000 rows a transaction. Prints one JSON object for
// each round: seconds of both, on the clock and of the processor. bench/store.py makes the ratios.
#include <chrono>
#include <ctime>
#include <functional>
#include <vector>

#include <fmt/format.h>

#include "base/check.h"
#include "base/scratch.h"
#include "core/event_codec.h"
#include "sqlite/database.h"
#include "store/schema.h"
#include "store/store.h"

using namespace weir;

namespace {

constexpr std::uint32_t tasks = 100'000;  // two events each
constexpr std::size_t rows_in_transaction = 1000;
constexpr int rounds = 7;

struct Cost {
  double seconds = 0;
  double processor_seconds = 0;
};

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

Cost cost_of(const std::function<void()>& work) {
  double processor = processor_seconds();
  auto start = std::chrono::steady_clock::now();
  work();
  std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  return {taken.count(), processor_seconds() - processor};
}

/// What an engine records of small tasks: started, and succeeded with a small result or without one.
std::vector<store::Record> events_of_run(store::RunNumber run, bool with_values) {
  std::vector<store::Record> records;
  Instant at{std::chrono::seconds{1'700'000'000}};
  for (std::uint32_t task = 0; task < tasks; ++task) {
    at += std::chrono::microseconds{7};
    json value = with_values ? json{{"index", task}, {"name", "part"}} : json();
    records.push_back({run, {at, core::AttemptStarted{task, 1}}});
    records.push_back({run, {at, core::AttemptSucceeded{task, 1, std::move(value)}}});
  }
  return records;
}

void must(const Result<void>& done) { WEIR_CHECK(done, "the benchmark can write"); }

/// The rows are ready, only SQLite works.
Cost raw(const std::vector<store::Record>& records, bool sync) {
  Scratch scratch;
  auto database = sqlite::Database::open(scratch.path() / "raw.db").value();
  must(database.migrate(store::application_id, store::migrations));
  must(database.sync_every_commit(sync));
  auto insert =
      database.prepare("INSERT INTO event (run, at_us, type, task, number, body) VALUES (?, ?, ?, ?, ?, ?)")
          .value();
  std::vector<core::EventRow> rows;
  for (const auto& record : records) rows.push_back(core::encode(record.event));
  return cost_of([&] {
    for (std::size_t i = 0; i < rows.size();) {
      auto transaction = sqlite::Transaction::begin(database).value();
      for (std::size_t end = std::min(i + rows_in_transaction, rows.size()); i < end; ++i) {
        const auto& row = rows[i];
        insert.bind(1, records[i].run).bind(2, row.at_us).bind(3, row.type);
        must(insert.bind(4, row.task).bind(5, row.number).bind_view(6, row.body).run());
      }
      must(transaction.commit());
    }
  });
}

Cost through_store(bool with_values, bool sync) {
  Scratch scratch;
  SystemRandom random;
  auto store = store::open_sqlite_store(scratch.path(), random).value();
  core::RunStarted started;
  started.id = started.name = "bench";
  auto records = events_of_run(store->begin_run(started, Instant{}, {}).value().number, with_values);
  return cost_of([&] {
    std::span<const store::Record> left(records);
    while (!left.empty()) {
      auto chunk = left.subspan(0, std::min(rows_in_transaction, left.size()));
      must(store->append(chunk, sync));
      left = left.subspan(chunk.size());
    }
  });
}

}  // namespace

int main() {
  for (int round = 0; round < rounds; ++round) {
    for (bool sync : {false, true}) {
      for (bool with_values : {false, true}) {
        Cost floor = raw(events_of_run(1, with_values), sync);
        Cost ours = through_store(with_values, sync);
        fmt::print(
            R"({{"class": "{}", "values": {}, "rows": {}, "raw": [{:.6f}, {:.6f}], "store": [{:.6f}, {:.6f}]}})"
            "\n",
            sync ? "disk" : "process", with_values, 2 * tasks, floor.seconds, floor.processor_seconds,
            ours.seconds, ours.processor_seconds);
      }
    }
  }
}
