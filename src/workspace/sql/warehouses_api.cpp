#include "workspace/sql/warehouses_api.h"

#include <fmt/format.h>

#include "base/ids.h"
#include "workspace/clusters/clusters_api.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

constexpr std::string_view source = "SQL";
constexpr std::size_t id_bytes = 8;
constexpr std::int64_t stop_minutes_default = 120;

std::string_view shown_state(const Cluster& warehouse) {
  switch (warehouse.state) {
    case ClusterState::pending:
    case ClusterState::restarting:
      return "STARTING";
    case ClusterState::running:
    case ClusterState::resizing:
      return "RUNNING";
    case ClusterState::terminating:
      return "STOPPING";
    default:
      return "STOPPED";
  }
}

/// The cluster behind a warehouse, with the workspace's default Spark; what the request said stands in it as it was
/// said.
Answer<JsonObject> spec_of(const JsonObject& given, JsonObject before) {
  JsonObject warehouse = std::move(before);
  for (const auto& [name, value] : given)
    if (name != "id" && !value.is_null()) warehouse[name] = value;
  Fields in(warehouse);
  std::string name = in.text("name");
  std::int64_t minutes = in.integer_or("auto_stop_mins", stop_minutes_default);
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (minutes < 0) return invalid_parameter("'auto_stop_mins' cannot be negative.");
  warehouse["auto_stop_mins"] = minutes;
  return JsonObject{{"cluster_name", name},
                    {"num_workers", 0},
                    {"autotermination_minutes", minutes},
                    {"warehouse", std::move(warehouse)}};
}

JsonObject settings_of(const Cluster& warehouse) {
  const json* settings = warehouse.spec.if_contains("warehouse");
  return settings && settings->is_object() ? settings->get_object() : JsonObject{};
}

Reply done(const Answer<void>& answer) { return answer ? ok() : std::unexpected(answer.error()); }

}  // namespace

void WarehousesApi::add_routes(Router& router) {
  auto add = [&](std::string_view method, std::string_view name, std::vector<Field> fields, Handler handler) {
    router.add_api(
        {"2.0"}, fmt::format("sql/warehouses{}", name),
        {.method = std::string(method), .handler = std::move(handler), .fields = std::move(fields)});
  };
  const std::vector<Field> settings{works("name"), works("auto_stop_mins"), kept("cluster_size"),
                                    others_kept};
  add("POST", "", settings, [this](const Call& call) { return create(call); });
  add("GET", "",
      {kept("run_as_user_id"), kept("skip_cannot_use"), kept("page_size", "all come at once"),
       kept("page_token")},
      [this](const Call&) { return list(); });
  add("GET", "/{id}", {}, [this](const Call& call) { return get(call); });
  add("DELETE", "/{id}", {}, [this](const Call& call) { return remove(call); });
  add("POST", "/{id}/edit", settings, [this](const Call& call) { return edit(call); });
  add("POST", "/{id}/start", {}, [this](const Call& call) { return start(call); });
  add("POST", "/{id}/stop", {}, [this](const Call& call) { return stop(call); });
}

Result<void> WarehousesApi::make_starter() {
  auto all = clusters_.store().all();
  if (!all) return std::unexpected(all.error());
  for (const Cluster& cluster : *all)
    if (cluster.source == source) return {};
  auto spec = spec_of({{"name", "Starter Warehouse"}, {"cluster_size", "2X-Small"}}, {});
  SystemRandom random;
  Cluster starter{
      .id = random_hex(random, id_bytes), .source = std::string(source), .spec = std::move(*spec)};
  starter.state = ClusterState::terminated;
  return clusters_.store().put(starter);
}

Answer<Cluster> WarehousesApi::warehouse_of(const Call& call) {
  Fields in(call.fields);
  std::string id = in.text("id");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto found = clusters_.store().find(id);
  if (!found) return internal_error(found.error());
  if (!*found || (*found)->source != source)
    return does_not_exist(fmt::format("SQL warehouse {} does not exist.", id));
  return std::move(**found);
}

Reply WarehousesApi::create(const Call& call) {
  auto spec = spec_of(call.fields, {});
  if (!spec) return std::unexpected(spec.error());
  SystemRandom random;
  auto id = clusters_.create(std::move(*spec), std::string(source), random_hex(random, id_bytes));
  if (!id) return std::unexpected(id.error());
  return ok({{"id", *id}});
}

Reply WarehousesApi::edit(const Call& call) {
  auto warehouse = warehouse_of(call);
  if (!warehouse) return std::unexpected(warehouse.error());
  auto spec = spec_of(call.fields, settings_of(*warehouse));
  if (!spec) return std::unexpected(spec.error());
  return done(clusters_.edit(std::move(*warehouse), std::move(*spec)));
}

Reply WarehousesApi::start(const Call& call) {
  auto warehouse = warehouse_of(call);
  return warehouse ? done(clusters_.start(std::move(*warehouse))) : std::unexpected(warehouse.error());
}

Reply WarehousesApi::stop(const Call& call) {
  auto warehouse = warehouse_of(call);
  if (!warehouse) return std::unexpected(warehouse.error());
  return done(clusters_.terminate(std::move(*warehouse), asked_by(view_.user)));
}

Reply WarehousesApi::remove(const Call& call) {
  auto warehouse = warehouse_of(call);
  return warehouse ? done(clusters_.remove(std::move(*warehouse))) : std::unexpected(warehouse.error());
}

JsonObject WarehousesApi::show(const Cluster& warehouse) const {
  JsonObject shown = settings_of(warehouse);
  shown["id"] = warehouse.id;
  shown["state"] = shown_state(warehouse);
  shown["creator_name"] = view_.user;
  shown["num_clusters"] = warehouse.is_running() ? 1 : 0;
  shown["num_active_sessions"] = 0;
  JsonObject health{{"status", warehouse.message.empty() ? "HEALTHY" : "FAILED"}};
  if (!warehouse.message.empty()) health["message"] = warehouse.message;
  shown["health"] = std::move(health);
  return shown;
}

Reply WarehousesApi::get(const Call& call) {
  auto warehouse = warehouse_of(call);
  return warehouse ? ok(show(*warehouse)) : std::unexpected(warehouse.error());
}

Reply WarehousesApi::list() {
  auto all = clusters_.store().all();
  if (!all) return internal_error(all.error());
  JsonArray shown;
  for (const Cluster& cluster : *all)
    if (cluster.source == source) shown.push_back(show(cluster));
  return ok({{"warehouses", std::move(shown)}});
}

}  // namespace weir::workspace
