#include "workspace/kept/pools_api.h"

#include <fmt/format.h>

#include "workspace/rest/fields.h"
#include "workspace/rest/known_fields.h"

namespace weir::workspace {
namespace {

/// What the API adds to what a client has said: no machine waits here, and none is in use.
JsonObject shown(JsonObject pool) {
  pool["state"] = "ACTIVE";
  pool["stats"] =
      JsonObject{{"used_count", 0}, {"idle_count", 0}, {"pending_used_count", 0}, {"pending_idle_count", 0}};
  pool["status"] = JsonObject{};
  pool["default_tags"] =
      JsonObject{{"Vendor", "Databricks"}, {"DatabricksInstancePoolId", pool.at("instance_pool_id")}};
  return pool;
}

Answer<JsonObject> spec_in(const JsonObject& fields) {
  json spec(without(fields, {}));
  if (auto coerced = coerce_known_fields(spec); !coerced) return std::unexpected(coerced.error());
  Fields in(spec.get_object());
  std::string node_type = in.text("node_type_id");
  for (auto count : {"min_idle_instances", "max_capacity", "idle_instance_autotermination_minutes"})
    if (auto number = in.optional_integer(count)) spec.get_object()[count] = *number;
  if (in.refusal()) return std::unexpected(*in.refusal());
  return std::move(spec.get_object());
}

}  // namespace

void PoolsApi::add_routes(Router& router) {
  auto add = [&](std::string_view method, std::string_view name, std::vector<Field> fields, Handler handler) {
    router.add_api({"2.0"}, fmt::format("instance-pools/{}", name),
                   {.method = std::string(method),
                    .handler = std::move(handler),
                    .treatment = Treatment::kept,
                    .fields = std::move(fields)});
  };
  constexpr Field id = works("instance_pool_id"), name = works("instance_pool_name");
  add("POST", "create", {name, kept("node_type_id"), others_kept},
      [this](const Call& call) { return create(call); });
  add("POST", "edit", {id, name, kept("node_type_id"), others_kept},
      [this](const Call& call) { return edit(call); });
  add("GET", "get", {id}, [this](const Call& call) -> Reply {
    auto pool = pools_.of(call);
    return pool ? ok(shown(std::move(*pool))) : std::unexpected(pool.error());
  });
  add("GET", "list", {}, [this](const Call&) { return list(); });
  add("POST", "delete", {id}, [this](const Call& call) -> Reply {
    auto removed = pools_.remove(call);
    return removed ? ok() : std::unexpected(removed.error());
  });
}

Reply PoolsApi::create(const Call& call) {
  auto spec = spec_in(call.fields);
  if (!spec) return std::unexpected(spec.error());
  auto pool = pools_.add(std::move(*spec));
  return pool ? ok({{"instance_pool_id", pool->at("instance_pool_id")}}) : std::unexpected(pool.error());
}

/// What is said is changed, the rest stays. The type of a pool's nodes cannot change.
Reply PoolsApi::edit(const Call& call) {
  auto pool = pools_.of(call);
  if (!pool) return std::unexpected(pool.error());
  auto spec = spec_in(call.fields);
  if (!spec) return std::unexpected(spec.error());
  if (spec->at("node_type_id") != pool->at("node_type_id"))
    return invalid_parameter("'node_type_id' of an instance pool cannot be changed.");
  for (const auto& [name, value] : *spec) (*pool)[name] = value;
  auto kept = pools_.replace(*pool);
  return kept ? ok() : std::unexpected(kept.error());
}

Reply PoolsApi::list() {
  auto pools = pools_.all();
  if (!pools) return std::unexpected(pools.error());
  JsonArray all;
  for (auto& pool : *pools) all.push_back(shown(std::move(pool)));
  return all.empty() ? ok() : ok({{"instance_pools", std::move(all)}});
}

}  // namespace weir::workspace
