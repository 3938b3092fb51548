#include "cli/flows/parameters.h"

#include <fmt/format.h>

#include "base/nearest.h"

namespace weir::cli {
namespace {

bool same_type(const json& fallback, const json& value) {
  if (fallback.is_null()) return true;
  if (fallback.is_number()) return value.is_number();
  return fallback.kind() == value.kind();
}

Result<json> value_of(const std::string& name, const std::string& text, const json& fallback) {
  if (fallback.is_string()) return json(text.c_str());
  auto parsed = parse_json(text);
  json value = parsed ? *parsed : json(text.c_str());
  if (same_type(fallback, value)) return value;
  return fail(Code::invalid, fmt::format("parameter '{}': '{}' is no {}", name, text, type_name(fallback)),
              fmt::format("its default is {}", to_text(fallback)));
}

std::vector<std::string> names_of(const JsonObject& declared) {
  std::vector<std::string> names;
  for (const auto& member : declared) names.emplace_back(member.key());
  return names;
}

}  // namespace

Result<JsonObject> with_values(JsonObject declared, const std::vector<std::string>& given) {
  const JsonObject fallbacks = declared;
  for (const auto& assignment : given) {
    auto equals = assignment.find('=');
    if (equals == std::string::npos) {
      return fail(Code::invalid, fmt::format("'{}' gives no parameter a value", assignment),
                  "write -p name=value");
    }
    std::string name = assignment.substr(0, equals);
    const json* fallback = fallbacks.if_contains(name);
    if (!fallback) {
      return fail(Code::invalid, fmt::format("the flow has no parameter '{}'", name),
                  suggest(name, names_of(fallbacks)));
    }
    auto value = value_of(name, assignment.substr(equals + 1), *fallback);
    if (!value) return std::unexpected(value.error());
    declared[name] = std::move(*value);
  }
  for (const auto& member : declared) {
    if (!member.value().is_null()) continue;
    std::string name = member.key();
    return fail(Code::invalid, fmt::format("parameter '{}' has no value", name),
                fmt::format("give it with -p {}=…", name));
  }
  return declared;
}

}  // namespace weir::cli
