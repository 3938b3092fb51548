#include "workspace/clusters/connect_route.h"

#include <thread>

#include "net/test_http2.h"
#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;
using net::testing::run_for_a_while;
using net::testing::TestCaller;
using net::testing::value_of;

namespace {

/// A workspace, and a client of Spark Connect with a loop of its own.
struct Served : TestWorkspace {
  std::unique_ptr<Loop> calls = make_loop();
  std::shared_ptr<TestCaller> caller = std::make_shared<TestCaller>(*calls);

  Served() {
    open();
    caller->connect(static_cast<std::uint16_t>(std::stoi(host().substr(host().rfind(':') + 1))));
  }
  net::StreamId connect_to(std::string_view cluster_id) {
    return caller->call(
        net::testing::whole_body("a plan"),
        {{"authorization", "Bearer " + token()}, {"x-databricks-cluster-id", std::string(cluster_id)}});
  }
  /// Lets the calls go on, until one has its answer.
  void run_until_answered(net::StreamId call) {
    caller->changed = [this, call] {
      if (caller->heard[call].has_ended) calls->stop();
    };
    run_for_a_while(*calls);
  }
  std::string status_of(net::StreamId call) { return value_of(caller->heard[call].trailers, "grpc-status"); }
  std::string message_of(net::StreamId call) {
    return value_of(caller->heard[call].trailers, "grpc-message");
  }

  void terminate(const std::string& id) {
    REQUIRE(post("2.1/clusters/delete", {{"cluster_id", id}}).status == 200);
  }
};

}  // namespace

TEST_CASE(
    "a cluster that is terminated while it starts for a call stays terminated, and the call is refused") {
  Served served;
  std::string id = served.create_cluster("slow");
  served.terminate(id);
  served.wait_for_cluster(id, "TERMINATED");
  auto call = served.connect_to(id);
  std::jthread calling([&] { served.run_until_answered(call); });
  served.wait_for_cluster(id, "PENDING");
  served.terminate(id);
  calling.join();
  CHECK(served.status_of(call) == "9");
  CHECK(served.message_of(call) == "Cluster " + id + " was terminated (USER_REQUEST) while it started. " +
                                       "Another call starts it again.");
  CHECK(served.wait_for_cluster(id, "TERMINATED").at("termination_reason").at("code") == "USER_REQUEST");
}

TEST_CASE("a call that comes while a cluster is ending waits for its next start") {
  Served served;
  std::string id = served.create_cluster("lingers");
  served.wait_for_cluster(id, "RUNNING");
  served.terminate(id);
  served.wait_for_cluster(id, "TERMINATING");
  auto call = served.connect_to(id);
  auto after_it = served.connect_to("nobody's");
  served.run_until_answered(after_it);
  CHECK(served.status_of(after_it) == "5");
  CHECK(served.status_of(call).empty());
  REQUIRE(replace_file(served.folder() / "may_end", ""));
  served.run_until_answered(call);
  CHECK(served.status_of(call) == "14");  // the driver of tests has no door for Spark Connect
  CHECK(string_or(served.cluster(id), "state", "") == "RUNNING");
}
