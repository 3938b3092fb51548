// Small helpers around Boost.JSON, so that nobody writes the same three lines of look-up twice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <weir/json.h>

#include "base/error.h"

namespace weir {

/// Depth at most 64; numbers that 64 bits cannot hold are refused. Errors carry line and column: "2:14: syntax error".
Result<json> parse_json(std::string_view text);

std::string to_text(const json& value);         ///< one line
std::string to_pretty_text(const json& value);  ///< two spaces of indent, no trailing newline

/// Null when `value` is no object or has no such key: `if (auto* name = find(value, "name"))`.
const json* find(const json& value, std::string_view key);
json* find(json& value, std::string_view key);

/// The member as text or number when it is there and of that type.
std::optional<std::string> find_string(const json& value, std::string_view key);
std::optional<std::int64_t> find_int(const json& value, std::string_view key);
std::optional<bool> find_bool(const json& value, std::string_view key);

/// The same with a default.
std::string string_or(const json& value, std::string_view key, std::string_view otherwise);
std::int64_t int_or(const json& value, std::string_view key, std::int64_t otherwise);
bool bool_or(const json& value, std::string_view key, bool otherwise);

/// "object", "array", "string", "integer", "number", "boolean" or "null": for messages.
std::string_view type_name(const json& value);

}  // namespace weir
