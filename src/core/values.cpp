#include "core/values.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/ids.h"

namespace weir::core {
namespace {

constexpr std::size_t scalar_bytes = 8;
constexpr std::size_t members_named_max = 5;

void add_shape(const json& value, ValueShape& shape) {
  if (const auto* text = value.if_string()) {
    shape.bytes += text->size() + 2;
  } else if (const auto* array = value.if_array()) {
    shape.bytes += 2 + array->size();
    for (const auto& item : *array) add_shape(item, shape);
  } else if (const auto* object = value.if_object()) {
    shape.bytes += 2;
    shape.wraps = shape.wraps || is_wrapped(value);
    for (const auto& member : *object) {
      shape.bytes += member.key().size() + 4;
      add_shape(member.value(), shape);
    }
  } else {
    shape.bytes += scalar_bytes;
  }
}

/// Visits wrapped values until one is refused.
bool all_wrapped(const json& value, const std::function<bool(const json&)>& is_fine) {
  if (is_wrapped(value)) return is_fine(value);
  if (const auto* array = value.if_array()) {
    return std::ranges::all_of(*array, [&](const json& item) { return all_wrapped(item, is_fine); });
  }
  const auto* object = value.if_object();
  return !object || std::ranges::all_of(
                        *object, [&](const auto& member) { return all_wrapped(member.value(), is_fine); });
}

const json& inside(const json& wrapped) { return wrapped.get_object().begin()->value(); }

std::string with_commas(std::size_t count) {
  auto digits = std::to_string(count);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

}  // namespace

bool is_wrapped(const json& value) {
  const auto* object = value.if_object();
  return object && object->size() == 1 && object->begin()->key() == "$value";
}

std::optional<StoredValue> stored_value_from(const json& value) {
  if (!is_wrapped(value)) return std::nullopt;
  const json& body = inside(value);
  StoredValue stored{string_or(body, "codec", ""), string_or(body, "file", ""),
                     static_cast<std::uint64_t>(std::max<std::int64_t>(0, int_or(body, "bytes", 0))),
                     string_or(body, "text", "")};
  if (!is_content_digest(stored.file)) return std::nullopt;
  return stored;
}

json to_json(const StoredValue& stored) {
  JsonObject body{
      {"codec", stored.codec}, {"file", stored.file}, {"bytes", stored.bytes}, {"text", stored.text}};
  return JsonObject{{"$value", std::move(body)}};
}

std::string text_of_wrapped(const json& value) {
  const json& body = inside(value);
  auto codec = string_or(body, "codec", "unknown");
  auto text = string_or(body, "text", "");
  return text.empty() ? codec : fmt::format("{}, {}", text, codec);
}

std::string describe(const json& value) {
  if (const auto* array = value.if_array())
    return fmt::format("array of {} items", with_commas(array->size()));
  if (const auto* text = value.if_string()) return fmt::format("text of {} bytes", with_commas(text->size()));
  const auto* object = value.if_object();
  if (!object) return weir::to_text(value);
  std::string names;
  std::size_t named = 0;
  for (const auto& member : *object) {
    if (named == members_named_max || member.key().size() > 24) break;
    names += fmt::format("{}{}", named++ == 0 ? "" : ", ", std::string_view(member.key()));
  }
  bool more = named < object->size();
  return fmt::format("object with {} member{}{}{}{}", with_commas(object->size()),
                     object->size() == 1 ? "" : "s", named > 0 ? ": " : "", names,
                     more && named > 0 ? ", …" : "");
}

ValueShape shape_of(const json& value) {
  ValueShape shape;
  add_shape(value, shape);
  return shape;
}

void for_each_stored(const json& value, const std::function<void(const StoredValue&)>& visit) {
  all_wrapped(value, [&](const json& wrapped) {
    if (auto stored = stored_value_from(wrapped)) visit(*stored);
    return true;
  });
}

bool is_well_wrapped(const json& value) {
  return all_wrapped(value, [](const json& wrapped) {
    const json& body = inside(wrapped);
    return find_string(body, "codec") && (find(body, "data") || stored_value_from(wrapped));
  });
}

Result<std::shared_ptr<const json>> NoValues::load(const std::string&, const StoredValue& stored) {
  return fail(Code::not_found, fmt::format("there are no stored values here, and {} is one", stored.text));
}

Result<std::shared_ptr<const json>> unwrap(const json& wrapped, const std::string& run_id, Values& values) {
  const json& body = inside(wrapped);
  if (string_or(body, "codec", "") != "json") {
    return fail(
        Code::invalid,
        fmt::format("the value ({}) can only be read by a worker of its language", text_of_wrapped(wrapped)),
        "let its task return plain values, or give the whole of it to a task of that language");
  }
  if (auto stored = stored_value_from(wrapped)) return values.load(run_id, *stored);
  if (const json* data = find(body, "data")) return std::make_shared<const json>(*data);
  return fail(Code::invalid, "a wrapped value holds nothing");
}

Result<json> plain_value(const json& value, const std::string& run_id, Values& values) {
  if (is_wrapped(value)) {
    auto content = unwrap(value, run_id, values);
    return content ? Result<json>(**content) : std::unexpected(content.error());
  }
  if (const auto* array = value.if_array()) {
    JsonArray items;
    items.reserve(array->size());
    for (const auto& item : *array) {
      auto plain = plain_value(item, run_id, values);
      if (!plain) return plain;
      items.push_back(std::move(*plain));
    }
    return items;
  }
  const auto* object = value.if_object();
  if (!object) return value;
  JsonObject members;
  members.reserve(object->size());
  for (const auto& member : *object) {
    auto plain = plain_value(member.value(), run_id, values);
    if (!plain) return plain;
    members.emplace(member.key(), std::move(*plain));
  }
  return members;
}

}  // namespace weir::core
