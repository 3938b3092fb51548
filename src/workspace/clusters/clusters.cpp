#include "workspace/clusters/clusters.h"

#include <algorithm>

#include <fmt/format.h>

namespace weir::workspace {
namespace {

/// "Running": how messages name a state.
std::string shown_state(ClusterState state) {
  std::string name(name_of(state));
  for (std::size_t i = 1; i < name.size(); ++i) name[i] = static_cast<char>(name[i] + ('a' - 'A'));
  return name;
}

std::unexpected<ApiError> unexpected_state(const Cluster& cluster) {
  return refuse(400, "INVALID_STATE",
                fmt::format("Cluster {} is in unexpected state {}.", cluster.id, shown_state(cluster.state)));
}

Answer<void> answered(const Result<void>& done) {
  if (!done) return internal_error(done.error());
  return {};
}

}  // namespace

Clusters::Clusters(Loop& loop, State& state, const Home& home, DriverWorld world, Options options)
    : loop_(loop),
      state_(state),
      home_(home),
      world_(world),
      options_(options),
      store_(state),
      long_client_(options.long_requests_max) {}

Clusters::~Clusters() {
  for (const auto& [id, timer] : timers_) loop_.cancel_timer(timer);
}

Result<void> Clusters::recover() {
  auto clusters = store_.all();
  if (!clusters) return std::unexpected(clusters.error());
  for (Cluster& cluster : *clusters) {
    if (cluster.has_ended()) continue;
    if (!cluster.has_driver()) {
      bool ends = cluster.state == ClusterState::terminating;
      auto moved = ends ? end(cluster, cluster.termination, cluster.message) : launch(cluster);
      if (!moved) return moved;
      continue;
    }
    watch(cluster);
    if (cluster.state == ClusterState::terminating || cluster.starts_again)
      process::terminate_tree(cluster.supervisor);
    else if (!cluster.is_running())
      look_for_ready(cluster.id, cluster.context_id);
  }
  return {};
}

Answer<std::string> Clusters::create(JsonObject spec, std::string source, std::string given_id) {
  if (given_id.empty()) given_id = make_cluster_id(now_ms());
  Cluster cluster{.id = std::move(given_id), .source = std::move(source), .spec = std::move(spec)};
  cluster.created_ms = now_ms();
  if (auto created = change(cluster, "CREATING"); !created) return internal_error(created.error());
  std::string id = cluster.id;
  auto begun = begin(std::move(cluster));
  if (begun) return id;
  if (auto removed = store_.remove(id); !removed) return internal_error(removed.error());
  return std::unexpected(begun.error());
}

Answer<void> Clusters::start(Cluster cluster) {
  if (cluster.state == ClusterState::terminating) return unexpected_state(cluster);
  if (!cluster.has_ended()) return {};
  cluster.state = ClusterState::pending;
  cluster.termination = {};
  cluster.message.clear();
  cluster.ended_ms = 0;
  return begin(std::move(cluster));
}

Answer<void> Clusters::begin(Cluster cluster) {
  if (cluster.source != job_source) {
    auto others = running_beside_jobs();
    if (!others) return internal_error(others.error());
    if (*others >= options_.drivers_max)
      return refuse(
          400, "RESOURCE_LIMIT_EXCEEDED",
          fmt::format("{} clusters are running, which is the limit of this workspace: terminate one first.",
                      *others));
  }
  if (auto changed = change(cluster, "STARTING"); !changed) return internal_error(changed.error());
  return answered(launch(cluster));
}

Result<std::size_t> Clusters::running_beside_jobs() {
  auto clusters = store_.all();
  if (!clusters) return std::unexpected(clusters.error());
  return std::ranges::count_if(
      *clusters, [](const Cluster& cluster) { return cluster.has_driver() && cluster.source != job_source; });
}

Answer<void> Clusters::restart(Cluster cluster) {
  if (!cluster.is_running()) return unexpected_state(cluster);
  cluster.state = ClusterState::restarting;
  cluster.starts_again = true;
  if (auto changed = change(cluster, "RESTARTING"); !changed) return internal_error(changed.error());
  process::terminate_tree(cluster.supervisor);
  tell(cluster);
  return {};
}

Answer<void> Clusters::edit(Cluster cluster, JsonObject spec) {
  if (!cluster.has_ended() && !cluster.is_running()) return unexpected_state(cluster);
  JsonObject details{{"previous_attributes", cluster.spec}, {"attributes", spec}};
  cluster.spec = std::move(spec);
  if (auto changed = change(cluster, "EDITED", std::move(details)); !changed)
    return internal_error(changed.error());
  return cluster.is_running() ? restart(std::move(cluster)) : Answer<void>();
}

Answer<void> Clusters::terminate(Cluster cluster, Termination reason) {
  if (cluster.has_ended() || cluster.state == ClusterState::terminating) return {};
  cluster.state = ClusterState::terminating;
  cluster.starts_again = false;
  cluster.termination = std::move(reason);
  auto changed = change(cluster, "TERMINATING", {{"reason", cluster.termination.to_json()}});
  if (!changed) return internal_error(changed.error());
  if (!cluster.has_driver()) return answered(end(cluster, cluster.termination, ""));
  process::terminate_tree(cluster.supervisor);
  tell(cluster);
  return {};
}

Answer<void> Clusters::remove(Cluster cluster) {
  if (cluster.has_driver()) process::terminate_tree(cluster.supervisor);
  drivers_.erase(cluster.id);
  if (auto removed = store_.remove(cluster.id); !removed) return internal_error(removed.error());
  cluster.state = ClusterState::terminated;
  tell(cluster);
  std::error_code ignored;
  std::filesystem::remove_all(home_.cluster(cluster.id), ignored);
  return {};
}

ClusterFolder Clusters::folder_of(const Cluster& cluster) const {
  return {.root = home_.cluster(cluster.id) / std::to_string(cluster.context_id)};
}

json Clusters::endpoints_of(const Cluster& cluster) const {
  auto text = cluster.is_running() ? read_file(folder_of(cluster).ready()) : Result<std::string>("");
  return text ? parse_json(*text).value_or(nullptr) : json(nullptr);
}

void Clusters::ask(const Cluster& cluster, std::string_view path, const json& body,
                   std::chrono::milliseconds timeout, Done done) {
  send(client_, cluster, path, body, timeout, std::move(done));
}

void Clusters::ask_for_long(const Cluster& cluster, std::string_view path, const json& body,
                            std::chrono::milliseconds timeout, Done done) {
  send(long_client_, cluster, path, body, timeout, std::move(done));
}

void Clusters::send(net::HttpClient& client, const Cluster& cluster, std::string_view path, const json& body,
                    std::chrono::milliseconds timeout, Done done) {
  json endpoints = endpoints_of(cluster);
  net::HttpRequest request{
      .method = "POST",
      .url = fmt::format("http://127.0.0.1:{}{}", int_or(endpoints, "control_port", 0), path),
      .headers = {{"Authorization", "Bearer " + string_or(endpoints, "control_token", "")}},
      .body = to_text(body),
      .timeout = timeout};
  client.send(std::move(request), [&loop = loop_, alive = std::weak_ptr(alive_),
                                   done = std::move(done)](Result<net::HttpResponse> response) {
    Result<json> answer = response ? parse_json(response->body) : std::unexpected(response.error());
    if (response && response->status != 200)
      answer = fail(Code::unavailable,
                    fmt::format("the driver answered {}: {}", response->status, response->body));
    loop.post([alive, done, answer = std::move(answer)] {
      if (!alive.expired()) done(answer);
    });
  });
}

Result<void> Clusters::change(const Cluster& cluster, std::string_view event, JsonObject details) {
  if (auto put = store_.put(cluster); !put) return put;
  return store_.add_event(cluster.id,
                          {.at_ms = now_ms(), .type = std::string(event), .details = std::move(details)});
}

void Clusters::tell(const Cluster& cluster) {
  for (const auto& listener : listeners_)
    loop_.post([alive = std::weak_ptr(alive_), &listener, cluster] {
      if (!alive.expired()) listener(cluster);
    });
}

void Clusters::say_if_failed(const Result<void>& done, std::string_view id) const {
  if (!done) fmt::print(stderr, "workspace: cluster {}: {}\n", id, to_text(done.error()));
}

}  // namespace weir::workspace
