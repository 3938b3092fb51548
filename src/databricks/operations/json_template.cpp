#include "databricks/operations/json_template.h"

#include <fmt/format.h>

namespace weir::databricks::operations {
namespace {

constexpr auto template_key = "json";
constexpr auto merged_key = "notebook_params";

}  // namespace

core::Field template_field() {
  return {.name = template_key,
          .type = core::FieldType::object,
          .summary = "an object of these fields; one that is given beside it replaces its own"};
}

std::optional<core::Problem> merge_template(json& inputs) {
  json* given = find(inputs, template_key);
  if (!given) return std::nullopt;
  if (!given->is_object()) {
    auto message = fmt::format("json must be an object, not {}", core::type_phrase(*given));
    return core::Problem{.path = core::pointer_step(template_key),
                         .error = {Code::invalid, std::move(message), "give the fields by name"}};
  }
  JsonObject merged = std::move(given->get_object());
  auto& named = inputs.get_object();
  named.erase(template_key);
  for (auto& [name, value] : named) {
    json* below = merged.if_contains(name);
    if (name == merged_key && below && below->is_object() && value.is_object()) {
      for (auto& [key, parameter] : value.get_object()) below->get_object()[key] = std::move(parameter);
    } else {
      merged[name] = std::move(value);
    }
  }
  inputs = std::move(merged);
  return std::nullopt;
}

}  // namespace weir::databricks::operations
