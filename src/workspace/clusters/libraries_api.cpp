#include "workspace/clusters/libraries_api.h"

#include <algorithm>

#include <fmt/format.h>

#include "workspace/clusters/cluster_fields.h"
#include "workspace/clusters/clusters_api.h"
#include "workspace/clusters/library.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

constexpr auto request_timeout = std::chrono::seconds(30);

Answer<std::vector<std::string>> libraries_in(const Call& call) {
  Fields in(call.fields);
  const JsonArray* given = in.optional_array("libraries");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (!given || given->empty()) return invalid_parameter("Missing required field: libraries.");
  return read_libraries(*given);
}

}  // namespace

void LibrariesApi::add_routes(Router& router) {
  auto add = [&](std::string_view method, std::string_view name, Handler handler) {
    std::string path = fmt::format("libraries/{}", name);
    router.add_api(
        {"2.0"}, path,
        {.method = std::string(method), .handler = std::move(handler), .fields = cluster_fields(path)});
  };
  add("POST", "install", [this](const Call& call) { return install(call); });
  add("POST", "uninstall", [this](const Call& call) { return uninstall(call); });
  add("GET", "cluster-status", [this](const Call& call) { return cluster_status(call); });
  add("GET", "all-cluster-statuses", [this](const Call&) { return all_statuses(); });
}

/// On a running cluster at once, else when it starts.
Reply LibrariesApi::install(const Call& call) {
  auto cluster = find_cluster(clusters_.store(), call);
  if (!cluster) return std::unexpected(cluster.error());
  auto libraries = libraries_in(call);
  if (!libraries) return std::unexpected(libraries.error());
  JsonArray asked;
  for (const std::string& library : *libraries) {
    if (auto put = clusters_.store().put_library(cluster->id, {.library = library}); !put)
      return internal_error(put.error());
    asked.emplace_back(library);
  }
  // A driver that does not answer is about to be seen dead; the next one has the list from the start.
  if (cluster->is_running())
    clusters_.ask(*cluster, "/libraries", {{"libraries", std::move(asked)}}, request_timeout,
                  [](const Result<json>&) {});
  return ok();
}

/// What is loaded cannot be unloaded: it goes when the cluster starts the next time. What is not there is ignored.
Reply LibrariesApi::uninstall(const Call& call) {
  auto cluster = find_cluster(clusters_.store(), call);
  if (!cluster) return std::unexpected(cluster.error());
  auto libraries = libraries_in(call);
  if (!libraries) return std::unexpected(libraries.error());
  auto known = clusters_.store().libraries(cluster->id);
  if (!known) return internal_error(known.error());
  for (const std::string& library : *libraries) {
    if (std::ranges::find(*known, library, &ClusterLibrary::library) == known->end()) continue;
    auto put = clusters_.store().put_library(cluster->id, {.library = library, .is_wanted = false});
    if (!put) return internal_error(put.error());
  }
  return ok();
}

Answer<JsonArray> LibrariesApi::statuses_of(const Cluster& cluster) {
  auto libraries = clusters_.store().libraries(cluster.id);
  if (!libraries) return internal_error(libraries.error());
  auto text =
      cluster.is_running() ? read_file(clusters_.folder_of(cluster).libraries()) : Result<std::string>("");
  json told = text ? parse_json(*text).value_or(nullptr) : json(nullptr);
  JsonArray statuses;
  for (const auto& one : *libraries) {
    const json* status = find(told, one.library);
    JsonObject shown{{"library", parse_json(one.library).value_or(nullptr)},
                     {"status", status ? string_or(*status, "status", "PENDING") : "PENDING"},
                     {"is_library_for_all_clusters", false}};
    const json* messages = status ? find(*status, "messages") : nullptr;
    if (messages && messages->is_array() && !messages->get_array().empty()) shown["messages"] = *messages;
    if (!one.is_wanted) shown["status"] = "UNINSTALL_ON_RESTART";
    statuses.push_back(std::move(shown));
  }
  return statuses;
}

Reply LibrariesApi::cluster_status(const Call& call) {
  auto cluster = find_cluster(clusters_.store(), call);
  if (!cluster) return std::unexpected(cluster.error());
  auto statuses = statuses_of(*cluster);
  if (!statuses) return std::unexpected(statuses.error());
  JsonObject shown{{"cluster_id", cluster->id}};
  if (!statuses->empty()) shown["library_statuses"] = std::move(*statuses);
  return ok(std::move(shown));
}

Reply LibrariesApi::all_statuses() {
  auto clusters = clusters_.store().all();
  if (!clusters) return internal_error(clusters.error());
  JsonArray shown;
  for (const Cluster& cluster : *clusters) {
    auto statuses = statuses_of(cluster);
    if (!statuses) return std::unexpected(statuses.error());
    if (!statuses->empty())
      shown.push_back(JsonObject{{"cluster_id", cluster.id}, {"library_statuses", std::move(*statuses)}});
  }
  return shown.empty() ? ok() : ok({{"statuses", std::move(shown)}});
}

}  // namespace weir::workspace
