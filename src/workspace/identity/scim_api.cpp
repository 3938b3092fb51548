#include "workspace/identity/scim_api.h"

#include <algorithm>

#include <fmt/format.h>

#include "workspace/rest/fields.h"
#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

constexpr std::int64_t resources_per_page_max = 10'000;

JsonObject user_of(const Identity& identity) {
  std::string name = identity.user.substr(0, identity.user.find('@'));
  JsonArray groups{
      JsonObject{{"display", "admins"}, {"value", "1"}, {"$ref", "Groups/1"}, {"type", "direct"}},
      JsonObject{{"display", "users"}, {"value", "2"}, {"$ref", "Groups/2"}, {"type", "direct"}}};
  return {{"schemas", {"urn:ietf:params:scim:schemas:core:2.0:User"}},
          {"id", identity.user_id()},
          {"userName", identity.user},
          {"displayName", name},
          {"active", true},
          {"emails", {JsonObject{{"value", identity.user}, {"type", "work"}, {"primary", true}}}},
          {"name", JsonObject{{"givenName", name}}},
          {"groups", std::move(groups)},
          {"entitlements", {JsonObject{{"value", "workspace-access"}}}}};
}

JsonObject group_of(const Identity& identity, std::string_view id, std::string_view name) {
  JsonObject member{{"display", identity.user.substr(0, identity.user.find('@'))},
                    {"value", identity.user_id()},
                    {"$ref", "Users/" + identity.user_id()}};
  return {{"schemas", {"urn:ietf:params:scim:schemas:core:2.0:Group"}},
          {"id", id},
          {"displayName", name},
          {"members", {std::move(member)}},
          {"meta", JsonObject{{"resourceType", "WorkspaceGroup"}}}};
}

net::ServerResponse scim_error(int status, std::string_view detail) {
  JsonObject body{{"schemas", {"urn:ietf:params:scim:api:messages:2.0:Error"}},
                  {"detail", detail},
                  {"status", std::to_string(status)}};
  return {.status = status, .body = to_text(json(std::move(body)))};
}

/// `userName eq "ann@localhost"`: an attribute and what it must be.
struct Filter {
  std::string attribute{};
  std::string value{};
};

std::optional<Filter> parse_filter(std::string_view text) {
  std::size_t space = text.find(' ');
  if (space == text.npos) return std::nullopt;
  std::string_view rest = trimmed(text.substr(space));
  if (!starts_with_ignoring_case(rest, "eq ")) return std::nullopt;
  std::string_view value = trimmed(rest.substr(3));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  return Filter{.attribute = std::string(text.substr(0, space)), .value = std::string(value)};
}

bool passes(const JsonObject& resource, const Filter& filter) {
  for (const auto& [name, value] : resource)
    if (equals_ignoring_case(name, filter.attribute))
      return value.is_string() && equals_ignoring_case(std::string_view(value.get_string()), filter.value);
  return false;
}

Reply list_of(const Call& call, const std::vector<JsonObject>& all) {
  Fields in(call.fields);
  std::string text = in.text_or("filter", "");
  std::int64_t first = std::max<std::int64_t>(in.integer_or("startIndex", 1), 1);
  std::int64_t count =
      std::clamp<std::int64_t>(in.integer_or("count", resources_per_page_max), 0, resources_per_page_max);
  if (auto refusal = in.refusal()) return scim_error(refusal->status, refusal->message);
  std::optional<Filter> filter = parse_filter(text);
  if (!text.empty() && !filter)
    return scim_error(400, "The embedded workspace understands filters of the form: attribute eq \"value\".");
  std::vector<JsonObject> found;
  std::ranges::copy_if(all, std::back_inserter(found),
                       [&](const JsonObject& one) { return !filter || passes(one, *filter); });
  JsonArray page;
  for (std::int64_t at = first; at < first + count && at <= std::ssize(found); ++at)
    page.push_back(found[static_cast<std::size_t>(at - 1)]);
  return ok({{"schemas", {"urn:ietf:params:scim:api:messages:2.0:ListResponse"}},
             {"totalResults", found.size()},
             {"startIndex", first},
             {"itemsPerPage", page.size()},
             {"Resources", std::move(page)}});
}

Reply one_of(const Call& call, const std::vector<JsonObject>& all) {
  std::string id = string_or(json(call.fields), "id", "");
  for (const auto& resource : all)
    if (string_or(json(resource), "id", "") == id) return ok(resource);
  return scim_error(404, fmt::format("There is nobody with the id {}.", id));
}

}  // namespace

void add_scim_routes(Router& router, const Identity& identity) {
  auto add = [&](std::string_view method, std::string_view name, std::vector<Field> fields, Handler handler) {
    router.add_api(
        {"2.0"}, fmt::format("preview/scim/v2/{}", name),
        {.method = std::string(method), .handler = std::move(handler), .fields = std::move(fields)});
  };
  constexpr std::string_view all_shown = "every attribute is shown";
  add("GET", "Me", {kept("attributes", all_shown), kept("excludedAttributes", all_shown)},
      [identity](const Call&) { return ok(user_of(identity)); });

  struct Resources {
    std::string_view name;
    std::vector<JsonObject> all;
  };
  for (const Resources& kind :
       {Resources{"Users", {user_of(identity)}},
        Resources{"Groups", {group_of(identity, "1", "admins"), group_of(identity, "2", "users")}},
        Resources{"ServicePrincipals", {}}}) {
    auto all = kind.all;
    add("GET", kind.name,
        {works("filter", "`attribute eq \"value\"`"), works("startIndex"), works("count"),
         kept("attributes", all_shown), kept("excludedAttributes", all_shown), kept("sortBy"),
         kept("sortOrder")},
        [all](const Call& call) { return list_of(call, all); });
    add("GET", fmt::format("{}/{{id}}", kind.name), {},
        [all](const Call& call) { return one_of(call, all); });
    for (std::string_view method : {"POST", "PUT", "PATCH", "DELETE"})
      router.add_api(
          {"2.0"},
          fmt::format(fmt::runtime(method == "POST" ? "preview/scim/v2/{}" : "preview/scim/v2/{}/{{id}}"),
                      kind.name),
          {.method = std::string(method),
           .treatment = Treatment::refused,
           .note = "its one user is the one who started it",
           .fields = std::vector<Field>{}});
  }
}

}  // namespace weir::workspace
