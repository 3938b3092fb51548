#include "workspace/rest/endpoint_table.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace weir::workspace {
namespace {

constexpr std::string_view api = "/api/";

/// "jobs" of "jobs/runs/get", "scim" of "preview/scim/v2/Me", "sign-in" for what is outside /api.
std::string family_of(const Endpoint& endpoint) {
  std::string_view name = endpoint.name;
  if (name.starts_with('/')) return "sign-in and pages";
  if (name.starts_with("preview/")) name.remove_prefix(std::string_view("preview/").size());
  return std::string(name.substr(0, name.find('/')));
}

std::vector<Field> fields_of_path(std::string_view name) {
  std::vector<Field> fields;
  for (std::size_t open = name.find('{'); open != name.npos; open = name.find('{', open + 1)) {
    std::string_view field = name.substr(open + 1, name.find('}', open) - open - 1);
    if (field.ends_with("...")) field.remove_suffix(3);
    fields.push_back(works(field, "in the path"));
  }
  return fields;
}

/// Routes live as long as the router does, and so do the names in their paths.
Endpoint endpoint_of(std::string_view path, const Route& route) {
  std::string_view name = path;
  Endpoint endpoint{.method = route.method, .treatment = route.treatment, .note = route.note};
  if (!route.version.empty()) {
    name.remove_prefix(api.size() + route.version.size() + 1);
    endpoint.versions = {route.version};
  }
  endpoint.name = name;
  endpoint.is_declared = route.fields.has_value();
  endpoint.fields = fields_of_path(name);
  if (route.fields) endpoint.fields.insert(endpoint.fields.end(), route.fields->begin(), route.fields->end());
  return endpoint;
}

bool are_alike(const Endpoint& one, const Endpoint& other) {
  return one.method == other.method && one.name == other.name && one.treatment == other.treatment &&
         one.note == other.note && one.is_declared == other.is_declared && one.fields == other.fields;
}

std::string shown(const Field& field) {
  if (field.name == others_kept.name) return std::string(field.note);
  return field.note.empty() ? fmt::format("`{}`", field.name)
                            : fmt::format("`{}` ({})", field.name, field.note);
}

std::string fields_in(const Endpoint& endpoint, Treatment treatment) {
  std::vector<std::string> names;
  for (const Field& field : endpoint.fields)
    if (field.treatment == treatment) names.push_back(shown(field));
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string row_of(const Endpoint& endpoint) {
  std::string first = fmt::format("`{} {}`", endpoint.method, endpoint.name);
  if (!endpoint.versions.empty()) first += fmt::format(" {}", fmt::join(endpoint.versions, ", "));
  std::string note = endpoint.note.empty() ? "" : fmt::format(": {}", endpoint.note);
  return fmt::format("| {} | {}{} | {} | {} | {} |\n", first, name_of(endpoint.treatment), note,
                     fields_in(endpoint, Treatment::works), fields_in(endpoint, Treatment::kept),
                     fields_in(endpoint, Treatment::refused));
}

constexpr std::string_view opening = R"(# What the embedded workspace serves

This page is written by `weir workspace endpoints --markdown`, from the table by which the server serves; a test compares
the two.

- *works*: it does what it does on Databricks, with real Spark where Spark is in it.
- *kept*: it is taken, given back, and changes nothing.
- *refused*: a request that has it gets an error that says why.

Fields that stand in no column are ignored, as on Databricks. A name with a dot is a field below another one. Endpoints
that are not listed answer 501 with `NOT_IMPLEMENTED` and the nearest that is.
)";

}  // namespace

std::vector<Endpoint> endpoints_of(const Router& router) {
  std::vector<Endpoint> endpoints;
  for (const auto& [path, route] : router.routes()) {
    Endpoint endpoint = endpoint_of(path, route);
    auto same =
        std::ranges::find_if(endpoints, [&](const Endpoint& one) { return are_alike(one, endpoint); });
    if (same == endpoints.end())
      endpoints.push_back(std::move(endpoint));
    else
      same->versions.push_back(endpoint.versions.front());
  }
  std::ranges::sort(endpoints, {}, [](const Endpoint& one) {
    return std::tuple(family_of(one), one.name, one.method, one.versions);
  });
  return endpoints;
}

std::string to_markdown(const std::vector<Endpoint>& endpoints) {
  std::string page(opening);
  std::string family;
  for (const Endpoint& endpoint : endpoints) {
    if (family_of(endpoint) != family) {
      family = family_of(endpoint);
      page +=
          fmt::format("\n## {}\n\n| endpoint | | works | kept | refused |\n|---|---|---|---|---|\n", family);
    }
    page += row_of(endpoint);
  }
  return page;
}

json to_json(const std::vector<Endpoint>& endpoints) {
  JsonArray all;
  for (const Endpoint& endpoint : endpoints) {
    JsonArray fields;
    for (const Field& field : endpoint.fields)
      fields.push_back(
          JsonObject{{"name", field.name}, {"treatment", name_of(field.treatment)}, {"note", field.note}});
    all.push_back(JsonObject{{"method", endpoint.method},
                             {"name", endpoint.name},
                             {"versions", JsonArray(endpoint.versions.begin(), endpoint.versions.end())},
                             {"treatment", name_of(endpoint.treatment)},
                             {"note", endpoint.note},
                             {"is_declared", endpoint.is_declared},
                             {"fields", std::move(fields)}});
  }
  return all;
}

}  // namespace weir::workspace
