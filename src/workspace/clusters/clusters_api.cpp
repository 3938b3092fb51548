#include "workspace/clusters/clusters_api.h"

#include <fmt/format.h>

#include "workspace/clusters/cluster_fields.h"
#include "workspace/clusters/cluster_spec.h"
#include "workspace/rest/fields.h"
#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

constexpr std::int64_t events_per_page_default = 50;
constexpr std::int64_t events_per_page_max = 500;
constexpr std::int64_t clusters_per_page_max = 100;

Reply done(const Answer<void>& answer) { return answer ? ok() : std::unexpected(answer.error()); }
Reply done(const Result<void>& result) { return result ? ok() : internal_error(result.error()); }

/// Text or an array of texts.
std::vector<std::string> texts_in(const JsonObject& fields, std::string_view name) {
  std::vector<std::string> texts;
  const json* value = fields.if_contains(name);
  if (value && value->is_string()) texts.emplace_back(value->get_string());
  if (value && value->is_array())
    for (const json& one : value->get_array())
      if (one.is_string()) texts.emplace_back(one.get_string());
  return texts;
}

/// Those that a query names: filter_by.cluster_states and filter_by.cluster_sources, filter_by.is_pinned.
bool passes(const Cluster& cluster, const JsonObject& fields) {
  auto states = texts_in(fields, "filter_by.cluster_states");
  auto sources = texts_in(fields, "filter_by.cluster_sources");
  const json* pinned = fields.if_contains("filter_by.is_pinned");
  bool only_pinned = pinned && (*pinned == "true" || *pinned == true);
  return (states.empty() || contains(states, name_of(cluster.state))) &&
         (sources.empty() || contains(sources, cluster.source)) && (!only_pinned || cluster.is_pinned);
}

Answer<EventQuery> read_event_query(const Call& call, const std::string& cluster_id) {
  Fields in(call.fields);
  EventQuery query{.cluster_id = cluster_id,
                   .from_ms = in.integer_or("start_time", 0),
                   .to_ms = in.integer_or("end_time", 0),
                   .oldest_first = in.text_or("order", "DESC") == "ASC",
                   .offset = in.integer_or("offset", 0),
                   .limit = in.integer_or("limit", events_per_page_default)};
  in.optional_array("event_types");
  if (in.refusal()) return std::unexpected(*in.refusal());
  query.types = texts_in(call.fields, "event_types");
  if (query.limit < 1 || query.limit > events_per_page_max || query.offset < 0)
    return invalid_parameter(
        fmt::format("'limit' must be from 1 to {}, 'offset' not negative.", events_per_page_max));
  return query;
}

}  // namespace

std::unexpected<ApiError> unknown_cluster(std::string_view id) {
  return invalid_parameter(fmt::format("Cluster {} does not exist", id));
}

Answer<Cluster> find_cluster(ClusterStore& store, const Call& call) {
  Fields in(call.fields);
  std::string id = in.text("cluster_id");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto cluster = store.find(id);
  if (!cluster) return internal_error(cluster.error());
  if (!*cluster) return unknown_cluster(id);
  return std::move(**cluster);
}

Termination asked_by(const std::string& user) {
  return {.code = "USER_REQUEST", .type = "SUCCESS", .parameters = {{"username", user}}};
}

void ClustersApi::add_routes(Router& router) {
  auto add = [&](std::string_view method, std::string_view name, Handler handler) {
    std::string path = fmt::format("clusters/{}", name);
    router.add_api(
        {"2.0", "2.1"}, path,
        {.method = std::string(method), .handler = std::move(handler), .fields = cluster_fields(path)});
  };
  add("POST", "create", [this](const Call& call) { return create(call); });
  add("POST", "edit", [this](const Call& call) { return edit(call); });
  add("POST", "update", [this](const Call& call) { return update(call); });
  add("POST", "start", [this](const Call& call) { return start(call); });
  add("POST", "restart", [this](const Call& call) { return restart(call); });
  add("POST", "delete", [this](const Call& call) { return terminate(call); });
  add("POST", "permanent-delete", [this](const Call& call) { return remove(call); });
  add("POST", "resize", [this](const Call& call) { return resize(call); });
  add("POST", "pin", [this](const Call& call) { return pin(call, true); });
  add("POST", "unpin", [this](const Call& call) { return pin(call, false); });
  add("GET", "get", [this](const Call& call) { return get(call); });
  add("GET", "list", [this](const Call& call) { return list(call); });
  add("POST", "events", [this](const Call& call) { return events(call); });
  add("GET", "spark-versions", [this](const Call&) { return ok({{"versions", runtimes_}}); });
  add("GET", "list-node-types",
      [cores = view_.cores](const Call&) { return ok({{"node_types", JsonArray{this_machine(cores)}}}); });
  add("GET", "list-zones", [](const Call&) { return ok({{"zones", {"local"}}, {"default_zone", "local"}}); });
}

Answer<Cluster> ClustersApi::cluster_of(const Call& call) { return find_cluster(clusters_.store(), call); }

/// One that no job has made for itself: those are as their jobs say.
Answer<Cluster> ClustersApi::own_cluster_of(const Call& call) {
  auto cluster = cluster_of(call);
  if (!cluster || cluster->source != job_source) return cluster;
  return refuse(400, "INVALID_STATE",
                fmt::format("Cluster {} belongs to a job run, which starts and ends it.", cluster->id));
}

JsonObject ClustersApi::show(const Cluster& cluster) const {
  return view_.show(cluster, clusters_.endpoints_of(cluster));
}

/// The cluster that an earlier request with this token made, as long as it has not ended.
Answer<std::optional<std::string>> ClustersApi::cluster_of_token(std::string_view token) {
  if (token.empty()) return std::nullopt;
  auto all = clusters_.store().all();
  if (!all) return internal_error(all.error());
  for (const Cluster& cluster : *all)
    if (!cluster.has_ended() && string_or(json(cluster.spec), "idempotency_token", "") == token)
      return cluster.id;
  return std::nullopt;
}

Answer<JsonObject> ClustersApi::spec_to_create(const Call& call) {
  JsonObject given = call.fields;
  if (const json* clone = given.if_contains("clone_from"); clone && clone->is_object()) {
    auto source = clusters_.store().find(string_or(*clone, "source_cluster_id", ""));
    if (!source) return internal_error(source.error());
    if (!*source) return unknown_cluster(string_or(*clone, "source_cluster_id", ""));
    JsonObject cloned = (*source)->spec;
    cloned.erase("idempotency_token");
    for (const auto& [name, value] : given) cloned[name] = value;
    if (given.contains("autoscale")) cloned.erase("num_workers");
    given = std::move(cloned);
  }
  return normalize_cluster_spec(std::move(given));
}

Reply ClustersApi::create(const Call& call) {
  auto spec = spec_to_create(call);
  if (!spec) return std::unexpected(spec.error());
  auto known = cluster_of_token(string_or(json(*spec), "idempotency_token", ""));
  if (!known) return std::unexpected(known.error());
  if (*known) return ok({{"cluster_id", **known}});
  auto id = clusters_.create(std::move(*spec), "API");
  if (!id) return std::unexpected(id.error());
  return ok({{"cluster_id", *id}});
}

Reply ClustersApi::edit(const Call& call) {
  auto cluster = own_cluster_of(call);
  if (!cluster) return std::unexpected(cluster.error());
  auto spec = normalize_cluster_spec(call.fields);
  if (!spec) return std::unexpected(spec.error());
  return done(clusters_.edit(std::move(*cluster), std::move(*spec)));
}

Reply ClustersApi::update(const Call& call) {
  auto cluster = own_cluster_of(call);
  if (!cluster) return std::unexpected(cluster.error());
  Fields in(call.fields);
  std::string mask = in.text("update_mask");
  const JsonObject* change = in.optional_object("cluster");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto spec =
      normalize_cluster_spec(updated_cluster_spec(cluster->spec, change ? *change : JsonObject{}, mask));
  if (!spec) return std::unexpected(spec.error());
  return done(clusters_.edit(std::move(*cluster), std::move(*spec)));
}

Reply ClustersApi::start(const Call& call) {
  auto cluster = own_cluster_of(call);
  return cluster ? done(clusters_.start(std::move(*cluster))) : std::unexpected(cluster.error());
}

Reply ClustersApi::restart(const Call& call) {
  auto cluster = own_cluster_of(call);
  return cluster ? done(clusters_.restart(std::move(*cluster))) : std::unexpected(cluster.error());
}

Reply ClustersApi::terminate(const Call& call) {
  auto cluster = cluster_of(call);
  if (!cluster) return std::unexpected(cluster.error());
  return done(clusters_.terminate(std::move(*cluster), asked_by(view_.user)));
}

Reply ClustersApi::remove(const Call& call) {
  auto cluster = cluster_of(call);
  return cluster ? done(clusters_.remove(std::move(*cluster))) : std::unexpected(cluster.error());
}

/// The number of workers is the number of threads of a local Spark, which is fixed until it starts anew.
Reply ClustersApi::resize(const Call& call) {
  auto cluster = own_cluster_of(call);
  if (!cluster) return std::unexpected(cluster.error());
  if (cluster->state != ClusterState::running)
    return refuse(400, "INVALID_STATE",
                  fmt::format("Cluster {} is {}: only a RUNNING cluster can be resized.", cluster->id,
                              name_of(cluster->state)));
  JsonObject change;
  for (std::string_view field : {"num_workers", "autoscale"})
    if (const json* value = call.fields.if_contains(field)) change[field] = *value;
  if (change.size() != 1) return invalid_parameter("Give either 'num_workers' or 'autoscale'.");
  auto spec = normalize_cluster_spec(updated_cluster_spec(cluster->spec, change, "*"));
  if (!spec) return std::unexpected(spec.error());
  cluster->spec = std::move(*spec);
  cluster->message = "The new size takes effect when the cluster starts the next time.";
  return done(keep(*cluster, "RESIZING", std::move(change)));
}

Result<void> ClustersApi::keep(const Cluster& cluster, std::string event, JsonObject details) {
  if (auto put = clusters_.store().put(cluster); !put) return put;
  return clusters_.store().add_event(
      cluster.id,
      {.at_ms = to_millis(clock_.now()), .type = std::move(event), .details = std::move(details)});
}

Reply ClustersApi::pin(const Call& call, bool is_pinned) {
  auto cluster = cluster_of(call);
  if (!cluster) return std::unexpected(cluster.error());
  if (cluster->is_pinned == is_pinned) return ok();
  cluster->is_pinned = is_pinned;
  return done(keep(*cluster, is_pinned ? "PINNED" : "UNPINNED"));
}

Reply ClustersApi::get(const Call& call) {
  auto cluster = cluster_of(call);
  return cluster ? ok(show(*cluster)) : std::unexpected(cluster.error());
}

/// 2.0 knows no pages. Tokens of 2.1 are offsets: clusters are few.
Reply ClustersApi::list(const Call& call) {
  Fields in(call.fields);
  std::int64_t size = in.integer_or("page_size", clusters_per_page_max);
  std::int64_t offset = in.integer_or("page_token", 0);
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (size < 1 || size > clusters_per_page_max || offset < 0)
    return invalid_parameter(fmt::format("'page_size' must be from 1 to {}.", clusters_per_page_max));
  auto all = clusters_.store().all();
  if (!all) return internal_error(all.error());
  std::erase_if(
      *all, [&](const Cluster& cluster) { return cluster.source == "SQL" || !passes(cluster, call.fields); });
  JsonArray shown;
  bool in_pages = call.version != "2.0";
  for (std::size_t i = in_pages ? static_cast<std::size_t>(offset) : 0; i < all->size(); ++i) {
    if (in_pages && std::ssize(shown) == size) break;
    shown.push_back(show((*all)[i]));
  }
  JsonObject page;
  if (in_pages && offset + std::ssize(shown) < std::ssize(*all))
    page["next_page_token"] = std::to_string(offset + std::ssize(shown));
  if (!shown.empty()) page["clusters"] = std::move(shown);
  return ok(std::move(page));
}

Reply ClustersApi::events(const Call& call) {
  auto cluster = cluster_of(call);
  if (!cluster) return std::unexpected(cluster.error());
  auto query = read_event_query(call, cluster->id);
  if (!query) return std::unexpected(query.error());
  auto total = clusters_.store().count_events(*query);
  auto found = clusters_.store().events(*query);
  if (!total || !found) return internal_error(total ? found.error() : total.error());
  JsonObject page{{"total_count", *total}};
  JsonArray shown;
  for (const ClusterEvent& event : *found) shown.push_back(show_event(cluster->id, event));
  if (query->offset + std::ssize(*found) < *total) {
    JsonObject next = call.fields;
    next["offset"] = query->offset + std::ssize(*found);
    page["next_page"] = std::move(next);
  }
  if (!shown.empty()) page["events"] = std::move(shown);
  return ok(std::move(page));
}

}  // namespace weir::workspace
