// Brings clusters up and down. A cluster's driver is a process that outlives the server, as a run's is; every step is
// durable before the next one is taken, so that the server that starts next takes up what the last one left:
//
//   pending      the row says so                    → a driver is started
//   starting     its identity is in the row         → it is waited for until it says that it is ready, but not for ever
//   running      the driver lives                   → watched: when it is gone, the cluster says why
//   terminating  the reason is in the row           → the driver is ended again, and waited for
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "loop/loop.h"
#include "net/http_client.h"
#include "workspace/clusters/cluster_store.h"
#include "workspace/home/home.h"
#include "workspace/rest/answer.h"
#include "workspace/spark/compute.h"
#include "workspace/spark/driver_world.h"

namespace weir::workspace {

/// Files of one start of a cluster.
struct ClusterFolder {
  std::filesystem::path root{};
  std::filesystem::path task() const { return root / "cluster.json"; }
  std::filesystem::path work() const { return root / "work"; }
  std::filesystem::path out() const { return root / "stdout"; }
  std::filesystem::path err() const { return root / "stderr"; }
  std::filesystem::path exit() const { return root / "exit"; }
  std::filesystem::path result() const { return root / "result.json"; }        ///< why it ended by itself
  std::filesystem::path ready() const { return root / "ready.json"; }          ///< where it is reached
  std::filesystem::path libraries() const { return root / "libraries.json"; }  ///< what became of each
};

/// Loop thread only.
class Clusters {
 public:
  struct Options {
    std::size_t drivers_max = 8;                ///< alive at once, but for job clusters, which jobs bound
    Duration grace = std::chrono::seconds(10);  ///< from SIGTERM to SIGKILL
    Duration start_time_max = std::chrono::minutes(10);  ///< until a driver says that it is ready
    std::size_t long_requests_max =
        net::HttpClient::connections_max;  ///< on the wire at once, of ask_for_long
  };

  Clusters(Loop& loop, State& state, const Home& home, DriverWorld world, Options options);
  ~Clusters();  ///< drivers live on

  /// Takes up every cluster that had a driver. Once, before anything else.
  Result<void> recover();

  /// Called with each cluster that has come to run or has ended.
  void listen(std::function<void(const Cluster&)> listener) { listeners_.push_back(std::move(listener)); }

  ClusterStore& store() { return store_; }

  /// The id of the new cluster: the one that is given, or one in the form of clusters'.
  Answer<std::string> create(JsonObject spec, std::string source, std::string id = {});
  Answer<void> start(Cluster cluster);    ///< one that has ended
  Answer<void> restart(Cluster cluster);  ///< one that runs
  Answer<void> edit(Cluster cluster, JsonObject spec);
  Answer<void> terminate(Cluster cluster, Termination reason);
  Answer<void> remove(Cluster cluster);

  ClusterFolder folder_of(const Cluster& cluster) const;
  json endpoints_of(const Cluster& cluster) const;  ///< what its driver wrote when it was ready; null before

  /// Asks the driver of a running cluster, which answers with JSON. `done` comes on the loop.
  using Done = std::function<void(Result<json>)>;
  void ask(const Cluster& cluster, std::string_view path, const json& body, std::chrono::milliseconds timeout,
           Done done);

  /// The same for what is answered once it has been done, which may take hours. Such requests have connections of their
  /// own, and wait for each other only.
  void ask_for_long(const Cluster& cluster, std::string_view path, const json& body,
                    std::chrono::milliseconds timeout, Done done);

 private:
  void send(net::HttpClient& client, const Cluster& cluster, std::string_view path, const json& body,
            std::chrono::milliseconds timeout, Done done);
  Answer<void> begin(Cluster cluster);
  Result<std::size_t> running_beside_jobs();
  enum class Start : std::uint8_t { on_any_driver, from_nothing };
  Result<void> launch(Cluster& cluster, Start how = Start::on_any_driver);
  json task_of(const Cluster& cluster, const Compute& compute, const ClusterFolder& folder);
  void watch(const Cluster& cluster);
  void look_for_ready(const std::string& id, std::int64_t context_id);
  bool takes_too_long(const Cluster& cluster) const;
  Result<void> give_up(Cluster cluster);
  Result<void> ready(Cluster cluster);
  Result<void> gone(const std::string& id);
  Result<void> end(Cluster cluster, Termination reason, std::string message);
  Termination reason_of_death(const Cluster& cluster, bool was_ready, std::string& message) const;
  void deliver_logs(const Cluster& cluster) const;
  Result<void> change(const Cluster& cluster, std::string_view event, JsonObject details = {});
  void tell(const Cluster& cluster);
  void say_if_failed(const Result<void>& done, std::string_view id) const;
  std::int64_t now_ms() const { return to_millis(clock_.now()); }

  Loop& loop_;
  State& state_;
  const Home& home_;
  DriverWorld world_;
  Options options_;
  ClusterStore store_;
  SystemClock clock_;
  std::vector<std::function<void(const Cluster&)>> listeners_;
  std::map<std::string, std::unique_ptr<process::ExitWatch>, std::less<>> drivers_;
  std::map<std::string, Loop::TimerId, std::less<>> timers_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< what posted work asks first
  net::HttpClient client_;
  net::HttpClient long_client_;
};

}  // namespace weir::workspace
