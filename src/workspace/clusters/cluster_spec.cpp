#include "workspace/clusters/cluster_spec.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "workspace/rest/fields.h"
#include "workspace/rest/known_fields.h"

namespace weir::workspace {
namespace {

constexpr std::int64_t idle_minutes_min = 10;
constexpr std::int64_t idle_minutes_max = 10'000;

/// Fields of a request that are no part of the spec.
constexpr auto foreign_fields =
    std::to_array<std::string_view>({"cluster_id", "clone_from", "apply_policy_default_values"});

/// "16.4.x-scala2.12", "15.4.x-cpu-ml-scala2.12", "custom:…" are; "latest" is not.
bool is_spark_version(std::string_view version) {
  auto digit = [](char c) { return c >= '0' && c <= '9'; };
  std::size_t dot = version.find('.');
  return version.starts_with("custom:") ||
         (dot != version.npos && dot > 0 && std::ranges::all_of(version.substr(0, dot), digit));
}

Answer<void> check_workers(const JsonObject& spec) {
  const json* range = spec.if_contains("autoscale");
  if (range && spec.contains("num_workers"))
    return invalid_parameter("Give either 'num_workers' or 'autoscale', not both.");
  if (int_or(json(spec), "num_workers", 0) < 0) return invalid_parameter("'num_workers' cannot be negative.");
  if (!range) return {};
  std::int64_t least = int_or(*range, "min_workers", 0);
  std::int64_t most = int_or(*range, "max_workers", 0);
  if (least < 0 || most < least)
    return invalid_parameter(fmt::format(
        "'autoscale' goes from {} to {} workers: max_workers must not be below min_workers.", least, most));
  return {};
}

}  // namespace

Answer<JsonObject> normalize_cluster_spec(JsonObject given) {
  for (std::string_view field : foreign_fields) given.erase(field);
  for (auto it = given.begin(); it != given.end();)
    it = it->value().is_null() ? given.erase(it) : std::next(it);
  Fields in(given);
  std::string version = in.text("spark_version");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (!is_spark_version(version)) return invalid_parameter(fmt::format("Invalid spark version {}.", version));
  json spec(std::move(given));
  if (auto coerced = coerce_known_fields(spec); !coerced) return std::unexpected(coerced.error());
  JsonObject& object = spec.get_object();
  if (auto checked = check_workers(object); !checked) return std::unexpected(checked.error());
  std::int64_t idle = int_or(spec, "autotermination_minutes", 0);
  if (idle != 0 && (idle < idle_minutes_min || idle > idle_minutes_max))
    return invalid_parameter(
        fmt::format("'autotermination_minutes' is {}: it must be 0 (never), or from {} to {}.", idle,
                    idle_minutes_min, idle_minutes_max));
  object.emplace("cluster_name", "");
  object.emplace("autotermination_minutes", 0);
  object.emplace("enable_elastic_disk", false);
  object.emplace("node_type_id", "local");
  object.emplace("driver_node_type_id",
                 json(object.at("node_type_id")));  // a copy: it may have to grow for it
  if (!object.contains("autoscale")) object.emplace("num_workers", 0);
  return std::move(object);
}

JsonObject updated_cluster_spec(JsonObject spec, const JsonObject& change, std::string_view mask) {
  auto apply = [&](std::string_view field) {
    std::size_t dot = field.find('.');
    std::string_view top = field.substr(0, dot);
    const json* value = change.if_contains(top);
    if (dot == field.npos || !value || !value->is_object()) {
      if (value)
        spec[top] = *value;
      else
        spec.erase(top);
    } else {
      json& target = spec[top];
      if (!target.is_object()) target = JsonObject{};
      if (const json* inner = find(*value, field.substr(dot + 1)))
        target.get_object()[field.substr(dot + 1)] = *inner;
      else
        target.get_object().erase(field.substr(dot + 1));
    }
    if (top == "autoscale" && spec.contains("autoscale")) spec.erase("num_workers");
    if (top == "num_workers" && spec.contains("num_workers")) spec.erase("autoscale");
  };
  if (mask == "*") {
    for (const auto& [name, value] : change) apply(name);
    return spec;
  }
  while (!mask.empty()) {
    std::string_view field = mask.substr(0, mask.find(','));
    mask.remove_prefix(std::min(mask.size(), field.size() + 1));
    if (!field.empty()) apply(field);
  }
  return spec;
}

}  // namespace weir::workspace
