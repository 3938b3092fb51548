#include "workspace/rest/fields.h"

#include <charconv>

#include <fmt/format.h>

namespace weir::workspace {

std::optional<std::int64_t> coerce_integer(const json& value) {
  if (const auto* text = value.if_string()) {
    std::int64_t number = 0;
    auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    bool whole = error == std::errc{} && end == text->data() + text->size();
    return whole ? std::optional(number) : std::nullopt;
  }
  if (!value.is_number()) return std::nullopt;
  boost::json::error_code error;
  auto number = value.to_number<std::int64_t>(error);
  return error ? std::nullopt : std::optional(number);
}

std::optional<std::string> coerce_text(const json& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_number() || value.is_bool()) return to_text(value);
  return std::nullopt;
}

const json* Fields::present(std::string_view name) const {
  const json* value = object_.if_contains(name);
  return value && !value->is_null() ? value : nullptr;
}

void Fields::missing(std::string_view name) {
  if (!refusal_) refusal_ = invalid_parameter(fmt::format("Missing required field: {}.", name)).error();
}

void Fields::wrong(std::string_view name, std::string_view expected, const json& found) {
  if (refusal_) return;
  refusal_ =
      invalid_parameter(fmt::format("Field '{}' must be {}, not {}.", name, expected, type_name(found)))
          .error();
}

std::optional<std::int64_t> Fields::optional_integer(std::string_view name) {
  const json* value = present(name);
  if (!value) return std::nullopt;
  auto number = coerce_integer(*value);
  if (!number) wrong(name, "an integer", *value);
  return number;
}

std::int64_t Fields::integer(std::string_view name) {
  if (!present(name)) missing(name);
  return optional_integer(name).value_or(0);
}

std::int64_t Fields::integer_or(std::string_view name, std::int64_t otherwise) {
  return optional_integer(name).value_or(otherwise);
}

std::optional<std::string> Fields::optional_text(std::string_view name) {
  const json* value = present(name);
  if (!value) return std::nullopt;
  auto text = coerce_text(*value);
  if (!text) wrong(name, "text", *value);
  return text;
}

std::string Fields::text(std::string_view name) {
  if (!present(name)) missing(name);
  return optional_text(name).value_or("");
}

std::string Fields::text_or(std::string_view name, std::string_view otherwise) {
  return optional_text(name).value_or(std::string(otherwise));
}

bool Fields::boolean_or(std::string_view name, bool otherwise) {
  const json* value = present(name);
  if (!value) return otherwise;
  if (value->is_bool()) return value->get_bool();
  if (value->is_string()) {
    std::string_view text = value->get_string();
    for (std::string_view yes : {"true", "True"})
      if (text == yes) return true;
    for (std::string_view no : {"false", "False"})  // as Python writes it into a query
      if (text == no) return false;
  }
  wrong(name, "a boolean", *value);
  return otherwise;
}

const JsonObject* Fields::optional_object(std::string_view name) {
  const json* value = present(name);
  if (!value) return nullptr;
  if (!value->is_object()) wrong(name, "an object", *value);
  return value->if_object();
}

const JsonArray* Fields::optional_array(std::string_view name) {
  const json* value = present(name);
  if (!value) return nullptr;
  if (!value->is_array()) wrong(name, "an array", *value);
  return value->if_array();
}

}  // namespace weir::workspace
