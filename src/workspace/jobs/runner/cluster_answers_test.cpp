#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

/// What a driver does whose cluster gives no answer, or says no: it notes that it was started and writes its result.
std::string driver_that_tells(std::string_view result) {
  return "import json, os\n"
         "with open(task['dbfs_root'] + '/starts', 'a') as starts: starts.write('x')\n"
         "with open(task['result_file'] + '.new', 'w') as out: out.write('" +
         std::string(result) +
         "')\n"
         "os.rename(task['result_file'] + '.new', task['result_file'])\n"
         "os._exit(0)\n";
}

struct Served : TestWorkspace {
  explicit Served(Duration grace) {
    options.cancel_grace = grace;
    open();
    cluster_id = create_cluster("shared");
    wait_for_cluster(cluster_id, "RUNNING");
  }

  std::int64_t submit_to_cluster(std::string_view result) {
    return submit(driver_that_tells(result), {{"existing_cluster_id", cluster_id}});
  }

  std::size_t starts() {
    auto text = read_file(folder() / "home/dbfs/starts");
    return text ? text->size() : 0;
  }

  json status(std::int64_t run_id) { return task(run_id, "only").at("status").at("termination_details"); }

  std::string cluster_id;
};

}  // namespace

TEST_CASE("a run whose cluster does not answer is started again a few times, and then says so") {
  Served served(std::chrono::milliseconds(100));
  auto id = served.submit_to_cluster(R"({"start_again": true})");
  auto run = served.wait_for_end(id);
  CHECK(served.result(run) == "FAILED");
  CHECK(served.status(id).at("code") == "CLUSTER_ERROR");
  CHECK(served.status(id).at("message") == "The cluster of this run is running, but does not answer.");
  CHECK(served.starts() == 6);
}

TEST_CASE("a run that its cluster refuses fails with what the cluster said of it") {
  Served served(std::chrono::milliseconds(100));
  auto id = served.submit_to_cluster(R"({"cluster_error": "no room"})");
  auto run = served.wait_for_end(id);
  CHECK(served.result(run) == "FAILED");
  CHECK(served.status(id).at("code") == "CLUSTER_ERROR");
  CHECK(served.status(id).at("message") == "no room");
  CHECK(served.starts() == 1);
}

TEST_CASE("a run that waits to be started again can be cancelled") {
  Served served(std::chrono::seconds(60));
  auto id = served.submit_to_cluster(R"({"start_again": true})");
  served.wait(id, [&](const json& run) {
    return served.starts() == 2 && served.state(run.at("tasks").at(0)) == "PENDING";
  });
  CHECK(served.post("2.1/jobs/runs/cancel", {{"run_id", id}}).status == 200);
  CHECK(served.result(served.wait_for_end(id)) == "CANCELED");
  CHECK(served.starts() == 2);
}
