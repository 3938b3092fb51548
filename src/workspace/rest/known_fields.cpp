#include "workspace/rest/known_fields.h"

#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "workspace/rest/fields.h"
#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

constexpr auto integer_fields = std::to_array<std::string_view>({
    "timeout_seconds",
    "max_concurrent_runs",
    "max_retries",
    "min_retry_interval_millis",
    "num_workers",
    "min_workers",
    "max_workers",
    "autotermination_minutes",
});

/// Objects whose values are the user's own text.
constexpr auto text_maps = std::to_array<std::string_view>({
    "base_parameters",
    "named_parameters",
    "job_parameters",
    "notebook_params",
    "spark_conf",
    "spark_env_vars",
    "custom_tags",
    "tags",
});

Answer<void> coerce(json& value, std::string_view path);

Answer<void> coerce_text_map(JsonObject& map, const std::string& path) {
  for (auto& [key, value] : map) {
    auto text = coerce_text(value);
    if (!text)
      return invalid_parameter(
          fmt::format("{}.{} must be text, not {}.", path, std::string_view(key), type_name(value)));
    value = *text;
  }
  return {};
}

Answer<void> coerce_member(std::string_view key, json& value, const std::string& path) {
  if (contains(text_maps, key) && value.is_object()) return coerce_text_map(value.get_object(), path);
  if (contains(integer_fields, key) && !value.is_null()) {
    auto number = coerce_integer(value);
    if (!number)
      return invalid_parameter(fmt::format("{} must be an integer, not {}.", path, type_name(value)));
    value = *number;
    return {};
  }
  return coerce(value, path);
}

/// Walks all settings and gives fields of a known type that type.
Answer<void> coerce(json& value, std::string_view path) {
  if (auto* object = value.if_object()) {
    for (auto& [key, member] : *object) {
      std::string below = path.empty() ? std::string(key) : fmt::format("{}.{}", path, std::string_view(key));
      if (auto done = coerce_member(key, member, below); !done) return done;
    }
  } else if (auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i)
      if (auto done = coerce((*array)[i], fmt::format("{}[{}]", path, i)); !done) return done;
  }
  return {};
}

}  // namespace

Answer<void> coerce_known_fields(json& body) { return coerce(body, ""); }

}  // namespace weir::workspace
