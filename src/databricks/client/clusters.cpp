#include "databricks/client/clusters.h"

#include <algorithm>

#include "databricks/client/blocking_parts.h"
#include "databricks/client/cluster_requests.h"

namespace weir::databricks {
namespace {

constexpr std::size_t events_per_page_max = 500;

}  // namespace

Result<std::vector<json>> Clusters::list() const {
  return all_items(client_, "clusters", requests::clusters);
}

Result<json> Clusters::get(std::string_view cluster_id) const {
  return client_.call(requests::cluster(cluster_id));
}

Result<std::string> Clusters::find(std::string_view id_or_name) const {
  auto clusters = list();
  if (!clusters) return std::unexpected(clusters.error());
  std::vector<Named> known;
  for (const auto& cluster : *clusters) {
    known.emplace_back(string_or(cluster, "cluster_id", ""), string_or(cluster, "cluster_name", ""));
  }
  return choose_named("cluster", id_or_name, known, "weir clusters list");
}

Result<std::string> Clusters::create(json specification) const {
  return text_in(client_.call(requests::create_cluster(std::move(specification))), "cluster_id");
}

Result<void> Clusters::start(std::string_view cluster_id) const {
  return without_value(client_.call(requests::start_cluster(cluster_id)));
}

Result<void> Clusters::restart(std::string_view cluster_id) const {
  return without_value(client_.call(requests::restart_cluster(cluster_id)));
}

Result<void> Clusters::terminate(std::string_view cluster_id) const {
  return without_value(client_.call(requests::terminate_cluster(cluster_id)));
}

Result<void> Clusters::remove(std::string_view cluster_id) const {
  return without_value(client_.call(requests::delete_cluster_for_good(cluster_id)));
}

Result<void> Clusters::resize(json body) const {
  return without_value(client_.call(requests::resize_cluster(std::move(body))));
}

Result<std::vector<json>> Clusters::events(std::string_view cluster_id, std::size_t count_max) const {
  std::vector<json> all;
  json next = {
      {"cluster_id", cluster_id}, {"limit", std::min(count_max, events_per_page_max)}, {"order", "DESC"}};
  while (next.is_object() && all.size() < count_max) {
    auto page = client_.call(requests::cluster_events(next));
    if (!page) return std::unexpected(page.error());
    auto events = items_of(*page, "events");
    const json* more = weir::find(*page, "next_page");
    next = more && !events.empty() ? *more : json();
    all.insert(all.end(), events.begin(), events.end());
  }
  if (all.size() > count_max) all.resize(count_max);
  return all;
}

}  // namespace weir::databricks
