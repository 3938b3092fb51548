#include "cli/remote/clusters_verbs.h"

#include <memory>
#include <utility>

#include <fmt/format.h>

#include "cli/session/with_client.h"
#include "cli/terminal/local_time.h"
#include "databricks/client/clusters.h"

namespace weir::cli {
namespace {

using databricks::Clusters;

struct Options {
  std::string cluster{};
  std::int64_t limit = 50;
};

Exit list(const Options&, const Clusters& clusters, const Terminal& out) {
  auto listed = clusters.list();
  if (!listed) return out.error(listed.error());
  if (out.as_json) {
    out.data_json(JsonArray(listed->begin(), listed->end()));
    return Exit::ok;
  }
  for (const auto& cluster : *listed) {
    out.data(fmt::format("{:<22} {:<12} {}", string_or(cluster, "cluster_id", ""),
                         string_or(cluster, "state", ""), string_or(cluster, "cluster_name", "")));
  }
  return Exit::ok;
}

Exit show(const Options& options, const Clusters& clusters, const Terminal& out) {
  auto id = clusters.find(options.cluster);
  if (!id) return out.error(id.error());
  auto cluster = clusters.get(*id);
  if (!cluster) return out.error(cluster.error());
  out.data_json(*cluster);
  return Exit::ok;
}

/// Why, in a few words; what the API says beyond it is there with --json.
std::string reason_in(const json& event) {
  const json* details = find(event, "details");
  const json* reason = details ? find(*details, "reason") : nullptr;
  return reason ? string_or(*reason, "code", "") : "";
}

Exit events(const Options& options, const Clusters& clusters, const Terminal& out) {
  if (options.limit < 1) return out.error({Code::invalid, "--limit is at least 1", ""});
  auto id = clusters.find(options.cluster);
  if (!id) return out.error(id.error());
  auto found = clusters.events(*id, static_cast<std::size_t>(options.limit));
  if (!found) return out.error(found.error());
  if (out.as_json) {
    out.data_json(JsonArray(found->begin(), found->end()));
    return Exit::ok;
  }
  for (const auto& event : *found) {
    Instant at{std::chrono::milliseconds(int_or(event, "timestamp", 0))};
    out.data(fmt::format("{}  {:<20} {}", local_time(at), string_or(event, "type", ""), reason_in(event)));
  }
  return Exit::ok;
}

}  // namespace

void add_clusters_verbs(Verb root, Connect connect) {
  root.verb("clusters", "Clusters of the workspace", [connect = std::move(connect)](Verb clusters) {
    auto options = std::make_shared<Options>();
    auto acts = [options, connect](auto verb) {
      return [options, connect, verb](Terminal& out) {
        return with_client(connect, out,
                           [&](const auto& client) { return verb(*options, Clusters(client), out); });
      };
    };
    clusters.verb("list", "List clusters: id, state and name").runs(acts(list));
    clusters.verb("get", "Show one cluster as JSON")
        .argument("CLUSTER", options->cluster, "id or name")
        .runs(acts(show));
    clusters.verb("events", "What happened to a cluster, the newest first")
        .argument("CLUSTER", options->cluster, "id or name")
        .option("-n,--limit", options->limit, "how many at the most (50)")
        .runs(acts(events));
    add_clusters_changes(clusters, connect);
  });
}

}  // namespace weir::cli
