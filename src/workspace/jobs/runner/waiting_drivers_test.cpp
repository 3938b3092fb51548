#include "workspace/spark/drivers.h"
#include "workspace/spark/machine_memory.h"
#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

namespace fs = std::filesystem;

constexpr std::string_view says_where = "import os\nprint(os.getcwd(), os.getppid())\n";

struct Served : TestWorkspace {
  explicit Served(std::size_t drivers = 1) {
    options.cancel_grace = std::chrono::milliseconds(100);
    options.warm_drivers = drivers;
    options.warm_memory_kept = 0;
    open();
  }

  fs::path home() const { return folder() / "home"; }
  fs::path run_folder(std::int64_t run_id) {
    std::int64_t task = int_or(run(run_id).at("tasks").at(0), "run_id", 0);
    return home() / "runs" / std::to_string(task);
  }
  bool waited_for(std::int64_t run_id) { return fs::exists(run_folder(run_id) / waited_file); }

  std::size_t count_waiting() {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(home() / "waiting"))
      if (!entry.is_symlink() && fs::exists(entry.path() / waited_file)) ++count;
    return count;
  }

  void wait_for_waiting(std::size_t count) {
    auto until = std::chrono::steady_clock::now() + patience;
    while (count_waiting() != count) {
      REQUIRE(std::chrono::steady_clock::now() < until);
      std::this_thread::yield();
    }
  }

  /// The folder of the one driver that waits.
  fs::path waiting() {
    auto until = std::chrono::steady_clock::now() + patience;
    while (true) {
      for (const auto& entry : fs::directory_iterator(home() / "waiting"))
        if (!entry.is_symlink() && fs::exists(entry.path() / waited_file)) return entry.path();
      REQUIRE(std::chrono::steady_clock::now() < until);
      std::this_thread::yield();
    }
  }
};

process::Identity supervisor_in(const fs::path& folder) {
  json told = parse_json(read_file(folder / waited_file).value()).value();
  return {.pid = static_cast<pid_t>(int_or(told, "pid", 0)),
          .start_ticks = static_cast<std::uint64_t>(int_or(told, "start_ticks", 0)),
          .boot_id = string_or(told, "boot_id", "")};
}

void wait_until_gone(const process::Identity& supervisor) {
  auto until = std::chrono::steady_clock::now() + patience;
  while (process::is_alive(supervisor)) {
    REQUIRE(std::chrono::steady_clock::now() < until);
    std::this_thread::yield();
  }
}

}  // namespace

TEST_CASE("a run with a Spark of its own is given to the driver that waits, whose folder becomes the run's") {
  Served served;
  fs::path waiting = served.waiting();
  pid_t supervisor = supervisor_in(waiting).pid;
  auto id = served.submit(says_where);
  auto run = served.wait_for_end(id);
  CHECK(served.result(run) == "SUCCESS");
  CHECK(served.waited_for(id));
  CHECK(string_or(served.output(id), "logs", "") ==
        (served.run_folder(id) / "work").string() + " " + std::to_string(supervisor) + "\n");
  CHECK(fs::is_symlink(waiting));  // for those who know the folder by its old name

  auto next = served.submit(says_where);
  CHECK(served.result(served.wait_for_end(next)) == "SUCCESS");
}

TEST_CASE("a run that says what only a new JVM can be told is started from nothing") {
  Served served;
  served.waiting();
  json new_cluster = {{"spark_version", "17.3.x-scala2.13"}, {"num_workers", 1}};
  for (const json& asked : {json{{"spark_conf", {{"spark.driver.memory", "2g"}}}},
                            json{{"spark_env_vars", {{"REGION", "north"}}}},
                            json{{"spark_conf", {{"spark.master", "spark://elsewhere:7077"}}}}}) {
    JsonObject cluster = new_cluster.get_object();
    for (const auto& [key, value] : asked.get_object()) cluster[key] = value;
    auto id = served.submit(says_where, {{"new_cluster", cluster}});
    CHECK(served.result(served.wait_for_end(id)) == "SUCCESS");
    CHECK_FALSE(served.waited_for(id));
  }
  new_cluster.get_object()["spark_conf"] = JsonObject{{"spark.sql.session.timeZone", "Asia/Tokyo"}};
  auto id = served.submit(says_where, {{"new_cluster", new_cluster}});
  CHECK(served.result(served.wait_for_end(id)) == "SUCCESS");
  CHECK(served.waited_for(id));
}

TEST_CASE("a cluster is given to the driver that waits") {
  Served served;
  served.waiting();
  auto id = served.create_cluster("shared");
  auto cluster = served.wait_for_cluster(id, "RUNNING");
  auto start = std::to_string(int_or(cluster, "spark_context_id", 0));
  CHECK(fs::exists(served.home() / "clusters" / id / start / waited_file));
  served.post("2.1/clusters/delete", {{"cluster_id", id}});
  CHECK(served.wait_for_cluster(id, "TERMINATED").at("termination_reason").at("code") == "USER_REQUEST");
}

TEST_CASE("a run whose driver dies before it has begun is started again") {
  Served served;
  served.waiting();
  REQUIRE(replace_file(served.folder() / "die", ""));
  auto id = served.submit(says_where);
  auto run = served.wait_for_end(id);
  CHECK(served.result(run) == "SUCCESS");
  CHECK_FALSE(served.waited_for(id));
}

TEST_CASE("after one driver that died before it had begun, a run and a cluster are started from nothing") {
  for (bool is_cluster : {false, true}) {
    Served served(2);
    served.wait_for_waiting(2);
    REQUIRE(replace_file(served.folder() / "die", ""));
    if (is_cluster)
      served.wait_for_cluster(served.create_cluster("shared"), "RUNNING");
    else
      CHECK(served.result(served.wait_for_end(served.submit(says_where))) == "SUCCESS");
    CHECK(served.count_waiting() >= 1);
  }
}

TEST_CASE("a driver that waits ends with its server, which leaves nothing behind") {
  Served served;
  auto supervisor = supervisor_in(served.waiting());
  served.close();
  wait_until_gone(supervisor);
  served.options.warm_drivers = 0;
  served.open();
  CHECK(fs::is_empty(served.home() / "waiting"));
}

TEST_CASE("none waits when the machine has less memory left than they are to leave alone") {
  CHECK(waiting_suited_to(3ULL << 30, 8) == 0);
  CHECK(waiting_suited_to(6ULL << 30, 8) == 1);
  CHECK(waiting_suited_to(64ULL << 30, 2) == 1);
  CHECK(waiting_suited_to(64ULL << 30, 16) == 2);
  CHECK(available_memory_bytes() > 0);
  constexpr std::string_view meminfo = "MemTotal:       24603580 kB\nMemAvailable:   23053260 kB\n";
  CHECK(meminfo_bytes(meminfo, "MemAvailable") == 23053260ULL * 1024);
  CHECK(meminfo_bytes(meminfo, "SwapFree") == 0);
}
