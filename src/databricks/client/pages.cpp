#include "databricks/client/pages.h"

namespace weir::databricks {
namespace {

void append_arrays(JsonObject& whole, const JsonObject& next) {
  for (const auto& [key, value] : next) {
    const auto* items = value.if_array();
    if (!items) continue;
    json& target = whole[key];
    if (!target.is_array()) target = JsonArray{};
    target.get_array().insert(target.get_array().end(), items->begin(), items->end());
  }
}

}  // namespace

std::optional<std::string> next_page_token(const json& page) {
  auto token = find_string(page, "next_page_token");
  return token && !token->empty() ? token : std::nullopt;
}

void append_page(json& whole, const json& next) {
  if (!whole.is_object() || !next.is_object()) return;
  auto& target = whole.get_object();
  append_arrays(target, next.get_object());
  json* settings = find(whole, "settings");
  const json* more_settings = find(next, "settings");
  if (settings && more_settings && settings->is_object() && more_settings->is_object()) {
    append_arrays(settings->get_object(), more_settings->get_object());
  }
  target.erase("next_page_token");
  target.erase("has_more");
  if (auto token = next_page_token(next)) target["next_page_token"] = *token;
}

}  // namespace weir::databricks
