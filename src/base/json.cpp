#include "base/json.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace weir {
namespace {

/// Boost.JSON writes 1.5 as 1.5E0: valid, but nobody expects it in a message or a parameter.
void write_number(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  std::string text = fmt::format("{}", number);
  bool is_whole = text.find_first_of(".e") == std::string::npos;
  out += is_whole ? text + ".0" : text;
}

/// Most texts have nothing to escape and are copied as they are.
void write_text(std::string& out, std::string_view text) {
  auto plain = [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
  };
  if (!std::ranges::all_of(text, plain)) {
    out += boost::json::serialize(text);
    return;
  }
  out += '"';
  out += text;
  out += '"';
}

template <class Integer>
void write_integer(std::string& out, Integer number) {
  fmt::format_int digits(number);
  out.append(digits.data(), digits.size());
}

/// `indent` below zero writes everything on one line.
void write(std::string& out, const json& value, int indent);

void new_line(std::string& out, int indent) {
  if (indent >= 0) out += "\n" + std::string(static_cast<std::size_t>(indent), ' ');
}

template <class Container, class WriteElement>
void write_elements(std::string& out, const Container& container, int indent, const char* brackets,
                    WriteElement write_element) {
  int inner = indent < 0 ? indent : indent + 2;
  out += brackets[0];
  bool first = true;
  for (const auto& element : container) {
    if (!first) out += ',';
    first = false;
    new_line(out, inner);
    write_element(element, inner);
  }
  if (!container.empty()) new_line(out, indent);
  out += brackets[1];
}

void write(std::string& out, const json& value, int indent) {
  if (const auto* object = value.if_object()) {
    write_elements(out, *object, indent, "{}", [&](const auto& member, int inner) {
      write_text(out, member.key());
      out += indent < 0 ? ":" : ": ";
      write(out, member.value(), inner);
    });
  } else if (const auto* array = value.if_array()) {
    write_elements(out, *array, indent, "[]",
                   [&](const json& element, int inner) { write(out, element, inner); });
  } else if (const auto* text = value.if_string()) {
    write_text(out, *text);
  } else if (const auto* integer = value.if_int64()) {
    write_integer(out, *integer);
  } else if (const auto* large = value.if_uint64()) {
    write_integer(out, *large);
  } else if (const auto* number = value.if_double()) {
    write_number(out, *number);
  } else if (const auto* truth = value.if_bool()) {
    out += *truth ? "true" : "false";
  } else {
    out += "null";
  }
}

}  // namespace

std::string to_text(const json& value) {
  std::string out;
  write(out, value, -1);
  return out;
}

std::string to_pretty_text(const json& value) {
  std::string out;
  write(out, value, 0);
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
