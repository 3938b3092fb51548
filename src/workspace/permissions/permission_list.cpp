#include "workspace/permissions/permission_list.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/nearest.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

constexpr auto principal_fields =
    std::to_array<std::string_view>({"user_name", "group_name", "service_principal_name"});

constexpr std::string_view owner = "IS_OWNER";

Answer<Grant> read_grant(const json& entry, const PermissionKind& kind) {
  if (!entry.is_object()) return invalid_parameter("Each of 'access_control_list' must be an object.");
  Fields in(entry.get_object());
  Grant grant{.level = in.text("permission_level")};
  for (std::string_view field : principal_fields) {
    auto name = in.optional_text(field);
    if (!name || name->empty()) continue;
    if (!grant.principal.empty())
      return invalid_parameter(
          "Each of 'access_control_list' names one principal: a user, a group or a service principal.");
    grant.principal_field = field;
    grant.principal = *name;
  }
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (grant.principal.empty())
    return invalid_parameter(
        "Each of 'access_control_list' needs a user_name, group_name or service_principal_name.");
  std::vector<std::string> levels;
  for (const auto& level : kind.levels) levels.emplace_back(level.name);
  if (std::ranges::find(levels, grant.level) == levels.end())
    return invalid_parameter(fmt::format("'{}' is no permission level of {}; {}", grant.level, kind.path,
                                         suggest(grant.level, levels)));
  return grant;
}

bool is_same_principal(const Grant& a, const Grant& b) {
  return a.principal_field == b.principal_field && a.principal == b.principal;
}

JsonObject permission(std::string_view level) { return {{"permission_level", level}, {"inherited", false}}; }

}  // namespace

Answer<Grants> read_grants(const JsonArray& list, const PermissionKind& kind) {
  Grants grants;
  for (const json& entry : list) {
    auto grant = read_grant(entry, kind);
    if (!grant) return std::unexpected(grant.error());
    bool is_known =
        std::ranges::any_of(grants, [&](const Grant& other) { return is_same_principal(other, *grant); });
    if (is_known)
      return invalid_parameter(fmt::format("'access_control_list' names '{}' twice.", grant->principal));
    grants.push_back(std::move(*grant));
  }
  if (std::ranges::count(grants, owner, &Grant::level) > 1)
    return invalid_parameter(fmt::format("The {} must have exactly one owner.", kind.type));
  return grants;
}

Grants merged(Grants grants, const Grants& changes) {
  for (const Grant& change : changes) {
    bool moves_ownership = change.level == owner;
    std::erase_if(grants, [&](const Grant& grant) {
      return is_same_principal(grant, change) || (moves_ownership && grant.level == owner);
    });
    grants.push_back(change);
  }
  return grants;
}

Grants with_owner(Grants grants, const PermissionKind& kind, std::string_view user) {
  if (!kind.has_owner() || std::ranges::find(grants, owner, &Grant::level) != grants.end()) return grants;
  return merged(std::move(grants), {{"user_name", std::string(user), std::string(owner)}});
}

JsonObject show_grants(const Grants& grants, const PermissionKind& kind, std::string_view id) {
  JsonArray list;
  for (const Grant& grant : grants)
    list.push_back(JsonObject{{grant.principal_field, grant.principal},
                              {"display_name", grant.principal},
                              {"all_permissions", JsonArray{permission(grant.level)}}});
  std::string_view top =
      std::ranges::find(kind.levels, "CAN_MANAGE", &PermissionLevel::name) == kind.levels.end()
          ? kind.levels.back().name
          : "CAN_MANAGE";
  std::string parent = fmt::format("/{}/", kind.path);
  list.push_back(JsonObject{
      {"group_name", "admins"},
      {"all_permissions",
       JsonArray{JsonObject{
           {"permission_level", top}, {"inherited", true}, {"inherited_from_object", JsonArray{parent}}}}}});
  std::string_view folder = kind.path == "warehouses" ? "sql/warehouses" : kind.path;
  return {{"object_id", fmt::format("/{}/{}", folder, id)},
          {"object_type", kind.type},
          {"access_control_list", std::move(list)}};
}

}  // namespace weir::workspace
