#include "workspace/clusters/library.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "base/nearest.h"

namespace weir::workspace {
namespace {

struct Kind {
  std::string_view name;
  std::string_view required;  ///< the field of its object; empty when the library is a path
};

constexpr auto kinds = std::to_array<Kind>({
    {"pypi", "package"},
    {"maven", "coordinates"},
    {"cran", "package"},
    {"jar", ""},
    {"whl", ""},
    {"egg", ""},
    {"requirements", ""},
});

json in_order(const json& value) {
  if (const auto* array = value.if_array()) {
    JsonArray ordered;
    for (const json& one : *array) ordered.push_back(in_order(one));
    return ordered;
  }
  const auto* object = value.if_object();
  if (!object) return value;
  std::map<std::string, json> members;
  for (const auto& [key, member] : *object)
    if (!member.is_null()) members[key] = in_order(member);
  JsonObject ordered;
  for (auto& [key, member] : members) ordered[key] = std::move(member);
  return ordered;
}

bool is_coordinate(std::string_view text) { return std::ranges::count(text, ':') >= 2; }

Answer<void> check(const json& library, std::size_t at) {
  const auto* object = library.if_object();
  if (!object || object->size() != 1)
    return invalid_parameter(fmt::format(
        "libraries[{}] must be an object with one member, such as {{\"pypi\": {{\"package\": …}}}}.", at));
  std::string name(object->begin()->key());
  const json& value = object->begin()->value();
  auto kind = std::ranges::find(kinds, name, &Kind::name);
  if (kind == kinds.end()) {
    std::vector<std::string> known;
    for (const Kind& one : kinds) known.emplace_back(one.name);
    return invalid_parameter(
        fmt::format("libraries[{}] is of the unknown kind '{}' ({}).", at, name, suggest(name, known)));
  }
  std::string given = kind->required.empty() ? (value.is_string() ? std::string(value.get_string()) : "")
                                             : string_or(value, kind->required, "");
  if (given.empty())
    return invalid_parameter(
        kind->required.empty()
            ? fmt::format("libraries[{}].{} must be a path.", at, name)
            : fmt::format("Missing required field: libraries[{}].{}.{}.", at, name, kind->required));
  if (name == "maven" && !is_coordinate(given))
    return invalid_parameter(fmt::format(
        "libraries[{}].maven.coordinates is '{}': it must be group:artifact:version.", at, given));
  return {};
}

}  // namespace

std::string canonical_text(const json& value) { return to_text(in_order(value)); }

Answer<std::vector<std::string>> read_libraries(const JsonArray& libraries) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < libraries.size(); ++i) {
    if (auto checked = check(libraries[i], i); !checked) return std::unexpected(checked.error());
    texts.push_back(canonical_text(libraries[i]));
  }
  return texts;
}

}  // namespace weir::workspace
