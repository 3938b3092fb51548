// The engine under load, and what limits it measured in the same process: SQLite inserting the same rows, fdatasync,
// a round trip through pipes between two threads. Prints JSON objects, one a measurement; bench/engine.py makes the
// ratios.
//
//   weir_bench_engine throughput TASKS process|disk     tasks without dependencies, mapped over as many items
//   weir_bench_engine hop TASKS process|disk            a chain: the time from one task's end to the next one's start
//   weir_bench_engine blocked TASKS                     hops while so many other tasks wait for something else
//   weir_bench_engine restart TASKS                     from opening a half-done run to its first attempt
#include <algorithm>
#include <chrono>
#include <cstring>
#include <fstream>
#include <functional>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include "base/check.h"
#include "base/scratch.h"
#include "core/event_codec.h"
#include "runtime/engine.h"
#include "sqlite/database.h"
#include "store/schema.h"
#include "store/store.h"

using namespace weir;
using Seconds = std::chrono::duration<double>;
using SteadyTime = std::chrono::steady_clock::time_point;

namespace {

SteadyTime steady_now() { return std::chrono::steady_clock::now(); }

/// Does nothing, at once: what is left is the engine's own work.
class NothingExecutor final : public runtime::Executor {
 public:
  std::vector<core::Kind> kinds() const override {
    core::Kind kind;
    kind.name = "nothing";
    core::Kind never = kind;
    never.name = "never";
    kind.open = never.open = true;
    return {kind, never};
  }
  void start(runtime::Attempt attempt, runtime::Reports& reports) override {
    if (attempt.kind == "never") return;
    if (on_start) on_start();
    reports.succeeded(attempt.id, nullptr);
  }
  void cancel(runtime::AttemptId) override {}

  std::function<void()> on_start{};
};

/// One engine on a folder, as a process has it.
class World final : public runtime::Observer {
 public:
  explicit World(const std::filesystem::path& folder)
      : store_(store::open_sqlite_store(folder, random_).value()),
        locks_(store::slot_locks_in(folder / "limits")),
        log_(folder / "logs"),
        results_(store::result_files_in(folder / "results")) {
    std::vector<std::unique_ptr<runtime::Executor>> executors;
    auto executor = std::make_unique<NothingExecutor>();
    nothing = executor.get();
    executors.push_back(std::move(executor));
    engine = std::make_unique<runtime::Engine>(
        runtime::Surroundings{*loop, clock_, random_, *store_, *locks_, log_, *results_},
        std::move(executors));
    engine->observe(*this);
  }

  void on_event(runtime::RunSlot, const core::Run&, const core::Event& event) override {
    ++events;
    if (std::holds_alternative<core::RunFinished>(event.fact)) loop->stop();
  }
  void on_broken(const Error& error) override { WEIR_CHECK(false, error.message.c_str()); }

 private:
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::SlotLocks> locks_;
  store::TaskLog log_;
  std::unique_ptr<store::ResultFiles> results_;

 public:
  std::unique_ptr<Loop> loop = make_loop();
  NothingExecutor* nothing = nullptr;
  std::unique_ptr<runtime::Engine> engine;
  std::size_t events = 0;
};

core::RunStarted about(const std::string& durability) {
  core::RunStarted started;
  started.flow = "bench";
  started.durability = durability == "disk" ? core::Durability::disk : core::Durability::process;
  return started;
}

core::TaskSpec task(std::string key, std::vector<std::string> upstreams = {}) {
  core::TaskSpec spec;
  spec.key = std::move(key);
  spec.kind = "nothing";
  spec.upstreams = std::move(upstreams);
  return spec;
}

core::TaskSpec mapped(std::string key, std::size_t items, std::vector<std::string> upstreams = {}) {
  auto spec = task(std::move(key), std::move(upstreams));
  spec.map = JsonArray(items, json(nullptr));
  return spec;
}

/// SQLite itself with the rows of `tasks` attempts, 1,000 rows a transaction.
double raw_seconds(std::size_t tasks, bool sync) {
  constexpr std::size_t rows_in_transaction = 1000;
  Scratch scratch;
  auto database = sqlite::Database::open(scratch.path() / "raw.db").value();
  WEIR_CHECK(database.migrate(store::application_id, store::migrations), "the schema is there");
  WEIR_CHECK(database.sync_every_commit(sync), "SQLite can sync");
  auto insert =
      database.prepare("INSERT INTO event (run, at_us, type, task, number, body) VALUES (?, ?, ?, ?, ?, ?)")
          .value();
  Instant at{std::chrono::seconds{1'700'000'000}};
  auto start = steady_now();
  std::optional<sqlite::Transaction> transaction;
  for (std::size_t row = 0; row < 2 * tasks; ++row) {
    if (row % rows_in_transaction == 0) {
      if (transaction) WEIR_CHECK(transaction->commit(), "SQLite commits");
      transaction.emplace(sqlite::Transaction::begin(database).value());
    }
    insert.bind(1, 1).bind(2, at.time_since_epoch().count()).bind(3, row % 2 == 0 ? 4 : 7);
    WEIR_CHECK(insert.bind(4, static_cast<std::int64_t>(row / 2)).bind(5, 1).bind_view(6, "").run(),
               "SQLite inserts");
  }
  WEIR_CHECK(transaction->commit(), "SQLite commits");
  return Seconds(steady_now() - start).count();
}

std::size_t heap_bytes() { return mallinfo2().uordblks + mallinfo2().hblkhd; }

void throughput(std::size_t tasks, const std::string& durability) {
  double raw = raw_seconds(tasks, durability == "disk");
  Scratch scratch;
  World world(scratch.path());
  std::size_t before = heap_bytes();
  auto start = steady_now();
  WEIR_CHECK(world.engine->start(about(durability), {mapped("part", tasks)}, true), "the run starts");
  world.loop->run();
  double taken = Seconds(steady_now() - start).count();
  std::size_t held = heap_bytes() - before;
  WEIR_CHECK(world.engine->run(0).state() == core::RunState::succeeded, "every task succeeded");
  fmt::print(R"({{"tasks": {}, "raw": {:.6f}, "engine": {:.6f}, "bytes_a_task": {:.1f}, "events": {}}})"
             "\n",
             tasks, raw, taken, static_cast<double>(held) / static_cast<double>(tasks), world.events);
}

/// The median time of `rounds` calls.
double median_seconds(std::size_t rounds, const std::function<void()>& work) {
  std::vector<double> samples;
  for (std::size_t i = 0; i < rounds; ++i) {
    auto start = steady_now();
    work();
    samples.push_back(Seconds(steady_now() - start).count());
  }
  std::ranges::nth_element(samples, samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2));
  return samples[samples.size() / 2];
}

/// fdatasync after appending what a commit of two rows appends.
double sync_seconds(const std::filesystem::path& folder) {
  int file = open((folder / "sync").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  std::vector<char> page(4096 + 24, 'x');
  double median = median_seconds(500, [&] {
    WEIR_CHECK(write(file, page.data(), page.size()) > 0, "the file grows");
    WEIR_CHECK(fdatasync(file) == 0, "the file is synced");
  });
  close(file);
  return median;
}

/// There and back between two threads that sleep in between.
double round_trip_seconds() {
  int there[2], back[2];
  WEIR_CHECK(pipe2(there, O_CLOEXEC) == 0 && pipe2(back, O_CLOEXEC) == 0, "pipes open");
  std::thread echo([&] {
    char byte = 0;
    while (read(there[0], &byte, 1) == 1 && write(back[1], &byte, 1) == 1) {
    }
  });
  double median = median_seconds(5000, [&] {
    char byte = 'x';
    WEIR_CHECK(write(there[1], &byte, 1) == 1 && read(back[0], &byte, 1) == 1, "the byte comes back");
  });
  close(there[1]);
  echo.join();
  close(there[0]);
  close(back[0]);
  close(back[1]);
  return median;
}

double chain_hop_seconds(World& world, std::size_t tasks, const std::string& durability,
                         std::size_t blocked) {
  std::vector<core::TaskSpec> specs;
  if (blocked > 0) {
    auto never = task("never");
    never.kind = "never";
    specs.push_back(never);
    specs.push_back(mapped("source", blocked));
    auto waiting = mapped("waiting", 0, {"source", "never"});
    waiting.map = json{{"$", {"tasks", "source", "result"}}};
    specs.push_back(waiting);
  }
  for (std::size_t i = 0; i < tasks; ++i) {
    auto key = fmt::format("link{}", i);
    std::vector<std::string> upstreams;
    if (i > 0) upstreams.push_back(fmt::format("link{}", i - 1));
    if (i == 0 && blocked > 0) upstreams.push_back("source");
    specs.push_back(task(key, upstreams));
  }
  std::vector<SteadyTime> starts;
  world.nothing->on_start = [&] {
    starts.push_back(steady_now());
    if (starts.size() == tasks + blocked) world.loop->stop();
  };
  WEIR_CHECK(world.engine->start(about(durability), std::move(specs), true), "the run starts");
  world.loop->run();
  std::vector<double> hops;
  for (std::size_t i = blocked + 1; i < starts.size(); ++i)
    hops.push_back(Seconds(starts[i] - starts[i - 1]).count());
  std::ranges::nth_element(hops, hops.begin() + static_cast<std::ptrdiff_t>(hops.size() / 2));
  return hops[hops.size() / 2];
}

void hop(std::size_t tasks, const std::string& durability) {
  Scratch scratch;
  double limit = durability == "disk" ? sync_seconds(scratch.path()) : round_trip_seconds();
  World world(scratch.path() / "state");
  double median = chain_hop_seconds(world, tasks, durability, 0);
  fmt::print(R"({{"tasks": {}, "limit": {:.9f}, "hop": {:.9f}}})"
             "\n",
             tasks, limit, median);
}

void blocked(std::size_t tasks) {
  constexpr std::size_t links = 1000;
  Scratch scratch;
  double alone = 0, crowded = 0;
  {
    World world(scratch.path() / "alone");
    alone = chain_hop_seconds(world, links, "process", 0);
  }
  {
    World world(scratch.path() / "crowded");
    crowded = chain_hop_seconds(world, links, "process", tasks);
  }
  fmt::print(R"({{"blocked": {}, "alone": {:.9f}, "crowded": {:.9f}}})"
             "\n",
             tasks, alone, crowded);
}

void restart(std::size_t tasks) {
  Scratch scratch;
  {
    World world(scratch.path());
    std::size_t started = 0;
    world.nothing->on_start = [&] {
      if (++started == tasks / 2) world.loop->stop();
    };
    WEIR_CHECK(world.engine->start(about("process"), {mapped("part", tasks)}, true), "the run starts");
    world.loop->run();
  }
  auto start = steady_now();
  World world(scratch.path());
  double first = 0;
  world.nothing->on_start = [&] {
    if (first == 0) first = Seconds(steady_now() - start).count();
    world.loop->stop();
  };
  SystemRandom random;
  auto name = store::open_sqlite_store(scratch.path(), random).value()->list_runs(1).value().front().name;
  WEIR_CHECK(world.engine->resume(name), "the run is taken up");
  world.loop->run();
  fmt::print(R"({{"tasks": {}, "first_attempt": {:.6f}}})"
             "\n",
             tasks, first);
}

}  // namespace

int main(int argc, char** argv) {
  std::string what = argc > 2 ? argv[1] : "";
  std::size_t tasks = argc > 2 ? std::stoul(argv[2]) : 0;
  std::string durability = argc > 3 ? argv[3] : "process";
  if (what == "throughput") return throughput(tasks, durability), 0;
  if (what == "hop") return hop(tasks, durability), 0;
  if (what == "blocked") return blocked(tasks), 0;
  if (what == "restart") return restart(tasks), 0;
  fmt::print(stderr, "usage: weir_bench_engine throughput|hop|blocked|restart TASKS [process|disk]\n");
  return 2;
}
