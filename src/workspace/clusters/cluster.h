// A cluster: a Spark driver that is started once and that runs, Spark Connect clients and SQL statements share, with
// all that clients may say and read about it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"
#include "process/detached.h"

namespace weir::workspace {

enum class ClusterState : std::uint8_t {
  pending,
  running,
  restarting,
  resizing,
  terminating,
  terminated,
  error
};

std::string_view name_of(ClusterState state);  ///< "PENDING"
ClusterState parse_cluster_state(std::string_view text);

/// Why a cluster ended, in the words of the REST API.
struct Termination {
  std::string code{};  ///< "USER_REQUEST"
  std::string type{};  ///< SUCCESS, CLIENT_ERROR, SERVICE_FAULT or CLOUD_FAILURE
  JsonObject parameters{};

  bool empty() const { return code.empty(); }
  JsonObject to_json() const { return {{"code", code}, {"type", type}, {"parameters", parameters}}; }
  static Termination from_json(const json& value);
};

inline constexpr std::string_view job_source = "JOB";  ///< of a cluster that a job run made for its tasks

struct Cluster {
  std::string id{};
  std::string source = "API";
  JsonObject spec{};
  ClusterState state = ClusterState::pending;
  std::string message{};
  Termination termination{};
  std::int64_t context_id = 0;  ///< of its latest start; 0 before the first
  bool is_pinned = false;
  bool starts_again = false;  ///< once the driver that is ending has ended
  std::int64_t created_ms = 0;
  std::int64_t launched_ms = 0;  ///< when its latest driver was started
  std::int64_t restarted_ms = 0;
  std::int64_t ended_ms = 0;
  process::Identity supervisor{};

  bool has_driver() const { return supervisor.pid != 0; }
  bool is_running() const { return state == ClusterState::running || state == ClusterState::resizing; }
  bool has_ended() const { return state == ClusterState::terminated || state == ClusterState::error; }
};

struct ClusterEvent {
  std::int64_t at_ms = 0;
  std::string type{};
  JsonObject details{};
};

/// "1127-093000-a1b2c3d4": the time in UTC and eight random characters.
std::string make_cluster_id(std::int64_t now_ms);

}  // namespace weir::workspace
