#include "base/json.h"

#include <algorithm>

#include <fmt/format.h>

namespace weir {
namespace {

constexpr std::size_t depth_max = 64;

void write_pretty(std::string& out, const json& value, std::size_t indent) {
  std::string pad(indent + 2, ' ');
  if (const auto* object = value.if_object(); object && !object->empty()) {
    out += "{\n";
    for (auto it = object->begin(); it != object->end(); ++it) {
      out += pad + boost::json::serialize(json(it->key())) + ": ";
      write_pretty(out, it->value(), indent + 2);
      out += std::next(it) == object->end() ? "\n" : ",\n";
    }
    out += std::string(indent, ' ') + "}";
  } else if (const auto* array = value.if_array(); array && !array->empty()) {
    out += "[\n";
    for (auto it = array->begin(); it != array->end(); ++it) {
      out += pad;
      write_pretty(out, *it, indent + 2);
      out += std::next(it) == array->end() ? "\n" : ",\n";
    }
    out += std::string(indent, ' ') + "]";
  } else {
    out += boost::json::serialize(value);
  }
}

}  // namespace

Result<json> parse_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = depth_max;
  boost::json::stream_parser parser({}, options);
  boost::json::error_code error;
  std::size_t read = parser.write_some(text.data(), text.size(), error);
  while (!error && read < text.size() && std::isspace(static_cast<unsigned char>(text[read]))) ++read;
  if (!error && read < text.size()) error = boost::json::error::extra_data;
  if (!error) parser.finish(error);
  if (!error) return parser.release();
  auto upto = text.substr(0, std::min(read, text.size()));
  auto line = 1 + std::ranges::count(upto, '\n');
  auto column = upto.size() - (upto.rfind('\n') == upto.npos ? 0 : upto.rfind('\n') + 1) + 1;
  return fail(Code::invalid, fmt::format("{}:{}: not JSON: {}", line, column, error.message()));
}

std::string to_text(const json& value) { return boost::json::serialize(value); }

std::string to_pretty_text(const json& value) {
  std::string out;
  write_pretty(out, value, 0);
  return out;
}

const json* find(const json& value, std::string_view key) {
  const auto* object = value.if_object();
  return object ? object->if_contains(key) : nullptr;
}

json* find(json& value, std::string_view key) {
  auto* object = value.if_object();
  return object ? object->if_contains(key) : nullptr;
}

std::optional<std::string> find_string(const json& value, std::string_view key) {
  const json* member = find(value, key);
  return member && member->is_string() ? std::optional(std::string(member->get_string())) : std::nullopt;
}

std::optional<std::int64_t> find_int(const json& value, std::string_view key) {
  const json* member = find(value, key);
  if (!member) return std::nullopt;
  boost::json::error_code error;
  auto number = member->to_number<std::int64_t>(error);
  return error ? std::nullopt : std::optional(number);
}

std::optional<bool> find_bool(const json& value, std::string_view key) {
  const json* member = find(value, key);
  return member && member->is_bool() ? std::optional(member->get_bool()) : std::nullopt;
}

std::string string_or(const json& value, std::string_view key, std::string_view otherwise) {
  return find_string(value, key).value_or(std::string(otherwise));
}

std::int64_t int_or(const json& value, std::string_view key, std::int64_t otherwise) {
  return find_int(value, key).value_or(otherwise);
}

bool bool_or(const json& value, std::string_view key, bool otherwise) {
  return find_bool(value, key).value_or(otherwise);
}

std::string_view type_name(const json& value) {
  switch (value.kind()) {
    case boost::json::kind::object:
      return "object";
    case boost::json::kind::array:
      return "array";
    case boost::json::kind::string:
      return "string";
    case boost::json::kind::bool_:
      return "boolean";
    case boost::json::kind::null:
      return "null";
    case boost::json::kind::double_:
      return "number";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
      return "integer";
  }
  return "null";
}

}  // namespace weir
