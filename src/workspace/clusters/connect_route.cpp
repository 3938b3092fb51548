#include "workspace/clusters/connect_route.h"

#include <fmt/format.h>

#include "workspace/clusters/clusters_api.h"

namespace weir::workspace {
namespace {

constexpr std::string_view cluster_header = "x-databricks-cluster-id";
constexpr auto note_interval = std::chrono::seconds(20);  ///< below a minute, the unit of auto-termination
constexpr auto note_timeout = std::chrono::seconds(10);

std::unexpected<net::GrpcRefusal> refusal(net::GrpcStatus status, std::string message) {
  return std::unexpected(net::GrpcRefusal{.status = status, .message = std::move(message)});
}

bool ended_as_asked(const Cluster& cluster) { return cluster.termination.type == "SUCCESS"; }

/// Told to a call that waited for the cluster to start.
std::unexpected<net::GrpcRefusal> ended_instead(const Cluster& cluster) {
  std::string message =
      ended_as_asked(cluster)
          ? fmt::format("Cluster {} was terminated ({}) while it started. Another call starts it again.",
                        cluster.id, cluster.termination.code)
          : fmt::format("Cluster {} could not be started ({}). {}", cluster.id, cluster.termination.code,
                        cluster.message);
  return refusal(net::GrpcStatus::failed_precondition, std::move(message));
}

}  // namespace

ConnectRoute::ConnectRoute(Clusters& clusters, const Guard& guard) : clusters_(clusters), guard_(guard) {
  clusters_.listen([this, alive = std::weak_ptr(alive_)](const Cluster& cluster) {
    if (!alive.expired()) cluster_changed(cluster);
  });
}

void ConnectRoute::decide(const net::Headers& call, net::GrpcDecision decision) {
  if (auto refused = guard_.check_token({.headers = call}))
    return decision(refusal(net::GrpcStatus::unauthenticated, refused->message));
  auto id = net::header(call, cluster_header);
  if (!id)
    return decision(
        refusal(net::GrpcStatus::invalid_argument,
                fmt::format("Which cluster? Add ;{}=ID to the address; 'weir clusters list' shows their ids.",
                            cluster_header)));
  if (auto known = known_.find(*id); known != known_.end()) {
    note_use(known->first);
    return decision(known->second);
  }
  auto found = clusters_.store().find(*id);
  if (!found) return decision(refusal(net::GrpcStatus::unavailable, found.error().message));
  if (!*found) return decision(refusal(net::GrpcStatus::not_found, unknown_cluster(*id).error().message));
  decide_for(**found, std::move(decision));
}

void ConnectRoute::decide_for(const Cluster& cluster, net::GrpcDecision decision) {
  if (cluster.is_running()) return send_to(cluster, decision);
  if (cluster.has_ended())
    if (auto started = clusters_.start(cluster); !started)
      return decision(refusal(net::GrpcStatus::failed_precondition, started.error().message));
  bool is_ending = cluster.state == ClusterState::terminating;
  waiting_.emplace(cluster.id, Waiting{.decide = std::move(decision), .came_while_ending = is_ending});
}

void ConnectRoute::send_to(const Cluster& cluster, const net::GrpcDecision& decision) {
  json endpoints = clusters_.endpoints_of(cluster);
  auto port = static_cast<std::uint16_t>(int_or(endpoints, "connect_port", 0));
  if (auto fault = find_string(endpoints, "connect_fault"))
    return decision(refusal(net::GrpcStatus::failed_precondition, *fault));
  if (port == 0)
    return decision(
        refusal(net::GrpcStatus::unavailable, fmt::format("Cluster {} is just ending.", cluster.id)));
  known_[cluster.id] = {
      .port = port, .replaced = {{"authorization", "Bearer " + string_or(endpoints, "connect_token", "")}}};
  note_use(cluster.id);
  decision(known_[cluster.id]);
}

/// Queries are seen by the driver itself. Whoever only looks at schemas and settings uses the cluster as well.
void ConnectRoute::note_use(const std::string& cluster_id) {
  auto now = std::chrono::steady_clock::now();
  auto& noted = noted_[cluster_id];
  if (now - noted < note_interval) return;
  noted = now;
  auto cluster = clusters_.store().find(cluster_id);
  if (cluster && *cluster)
    clusters_.ask(**cluster, "/used", JsonObject{}, note_timeout, [](const Result<json>&) {});
}

/// Of a cluster that was asked to end, which may have been removed.
Answer<void> ConnectRoute::start_again(const std::string& cluster_id) {
  auto found = clusters_.store().find(cluster_id);
  if (!found) return internal_error(found.error());
  if (!*found) return unknown_cluster(cluster_id);
  return clusters_.start(**found);
}

auto ConnectRoute::take_waiting(const std::string& cluster_id) -> std::vector<Waiting> {
  auto [begin, end] = waiting_.equal_range(cluster_id);
  std::vector<Waiting> taken;
  for (auto it = begin; it != end; ++it) taken.push_back(std::move(it->second));
  waiting_.erase(begin, end);
  return taken;
}

void ConnectRoute::cluster_changed(const Cluster& cluster) {
  known_.erase(cluster.id);
  if (cluster.is_running())
    for (const auto& waiting : take_waiting(cluster.id)) send_to(cluster, waiting.decide);
  if (cluster.has_ended()) cluster_ended(cluster);
}

/// Calls that came while a cluster was ending as it was asked to start it once more. Whoever terminates a cluster that
/// other calls are waiting for means them as well.
void ConnectRoute::cluster_ended(const Cluster& cluster) {
  auto now = clusters_.store().find(cluster.id);
  bool has_begun_again = now && *now && !(*now)->has_ended();  // this news is older than that
  std::vector<Waiting> next;
  for (auto& waiting : take_waiting(cluster.id)) {
    if (has_begun_again || (waiting.came_while_ending && ended_as_asked(cluster)))
      next.push_back(std::move(waiting));
    else
      waiting.decide(ended_instead(cluster));
  }
  if (next.empty()) return;
  auto again = start_again(cluster.id);
  for (auto& waiting : next) {
    if (again)
      waiting_.emplace(cluster.id, Waiting{.decide = std::move(waiting.decide)});
    else
      waiting.decide(refusal(net::GrpcStatus::failed_precondition, again.error().message));
  }
}

}  // namespace weir::workspace
