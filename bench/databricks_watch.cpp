// One engine that has many runs of a workspace under way: the process that bench/databricks.py measures, kills and takes
// up again.
//
//   weir_bench_databricks_watch FOLDER HOST RUNS CALLS_PER_SECOND     starts a flow of so many runs, or goes on with it
//
// Ends when the flow run has, and prints {"succeeded": …}. The intervals are those of a workspace far away, though HOST
// is on this machine.
#include <fmt/format.h>

#include "base/check.h"
#include "databricks/executor/databricks_executor.h"
#include "runtime/engine.h"
#include "store/store.h"

using namespace weir;

namespace {

databricks::Timing timing_of(double calls_per_second) {
  databricks::Timing timing;
  timing.loopback_poll_first = timing.poll_first;
  timing.loopback_poll_max = timing.poll_max;
  timing.loopback_calls_per_second = calls_per_second;
  return timing;
}

/// What people submit: a cluster, a library, a file with parameters.
core::TaskSpec runs(std::size_t count) {
  core::TaskSpec spec;
  spec.key = "run";
  spec.kind = "databricks.submit_run";
  spec.inputs = {{"run_name", "bench/run"},
                 {"new_cluster",
                  {{"spark_version", "16.4.x-scala2.12"},
                   {"node_type_id", "Standard_D4ds_v5"},
                   {"num_workers", 2},
                   {"spark_conf", {{"spark.sql.shuffle.partitions", "64"}}}}},
                 {"libraries", JsonArray{json{{"maven", {{"coordinates", "com.example:library:1.2.3"}}}}}},
                 {"spark_python_task",
                  {{"python_file", "dbfs:/jobs/report.py"},
                   {"parameters", JsonArray{"--day", "2026-11-27", "--region", "west"}}}}};
  spec.map = JsonArray(count, json(nullptr));
  return spec;
}

struct UntilItEnds final : runtime::Observer {
  explicit UntilItEnds(Loop& the_loop) : loop(the_loop) {}
  void on_event(runtime::RunSlot, const core::Run&, const core::Event& event) override {
    if (std::holds_alternative<core::RunFinished>(event.fact)) loop.stop();
  }
  void on_broken(const Error& error) override { WEIR_CHECK(false, error.message.c_str()); }
  Loop& loop;
};

void watch(const std::filesystem::path& folder, const std::string& host, std::size_t count,
           double calls_per_second) {
  SystemClock clock;
  SystemRandom random;
  auto store = store::open_sqlite_store(folder, random).value();
  auto locks = store::slot_locks_in(folder / "limits");
  store::TaskLog log(folder / "logs");
  auto results = store::result_files_in(folder / "results");
  auto loop = make_loop();
  UntilItEnds until_it_ends(*loop);
  databricks::Connection connection{"environment", host, databricks::Credential("dapi-bench")};
  std::vector<std::unique_ptr<runtime::Executor>> executors;
  executors.push_back(std::make_unique<databricks::DatabricksExecutor>(
      [&]() -> Result<databricks::Connection> { return connection; }, clock, timing_of(calls_per_second)));
  runtime::Engine engine({*loop, clock, random, *store, *locks, log, *results}, std::move(executors));
  engine.observe(until_it_ends);

  auto known = store->list_runs(1).value();
  core::RunStarted about;
  about.flow = "bench";
  auto slot = known.empty() ? engine.start(about, {runs(count)}, true) : engine.resume(known.front().name);
  WEIR_CHECK(slot, "the run starts or goes on");
  loop->run();
  fmt::print(R"({{"succeeded": {}}})"
             "\n",
             engine.run(*slot).state() == core::RunState::succeeded);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    fmt::print(stderr, "usage: weir_bench_databricks_watch FOLDER HOST RUNS CALLS_PER_SECOND\n");
    return 2;
  }
  watch(argv[1], argv[2], std::stoul(argv[3]), std::stod(argv[4]));
}
