#include "workspace/permissions/permissions_api.h"

#include <fmt/format.h>

#include "base/nearest.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {

/// Warehouses have two paths.
void PermissionsApi::add_routes(Router& router) {
  auto add = [&](std::string_view method, std::string_view end, Reply (PermissionsApi::*handler)(const Call&),
                 const std::vector<Field>& fields = {}) {
    for (std::string_view start : {"permissions/{kind}", "permissions/sql/{kind}"})
      router.add_api({"2.0"}, fmt::format("{}/{{id}}{}", start, end),
                     {.method = std::string(method),
                      .handler = [this, handler](const Call& call) { return (this->*handler)(call); },
                      .treatment = Treatment::kept,
                      .fields = fields});
  };
  add("GET", "", &PermissionsApi::get);
  add("PUT", "", &PermissionsApi::set, {kept("access_control_list")});
  add("PATCH", "", &PermissionsApi::update, {kept("access_control_list")});
  add("GET", "/permissionLevels", &PermissionsApi::levels);
}

Answer<PermissionsApi::Thing> PermissionsApi::thing_of(const Call& call) {
  Fields in(call.fields);
  std::string path = in.text("kind");
  std::string id = in.text("id");
  if (in.refusal()) return std::unexpected(*in.refusal());
  const PermissionKind* kind = permission_kind(path);
  if (!kind)
    return invalid_parameter(
        fmt::format("Permissions can not be set on '{}'; {}", path, suggest(path, permission_kinds())));
  if (auto checked = check_(*kind, id); !checked) return std::unexpected(checked.error());
  return Thing{kind, std::move(id)};
}

Answer<Grants> PermissionsApi::given(const Call& call, const Thing& thing) const {
  Fields in(call.fields);
  const JsonArray* list = in.optional_array("access_control_list");
  if (in.refusal()) return std::unexpected(*in.refusal());
  return read_grants(list ? *list : JsonArray{}, *thing.kind);
}

Reply PermissionsApi::get(const Call& call) {
  auto thing = thing_of(call);
  if (!thing) return std::unexpected(thing.error());
  auto grants = store_.find(*thing->kind, thing->id);
  if (!grants) return internal_error(grants.error());
  return ok(show_grants(with_owner(std::move(*grants), *thing->kind, user_), *thing->kind, thing->id));
}

Reply PermissionsApi::keep(const Thing& thing, Grants grants) {
  grants = with_owner(std::move(grants), *thing.kind, user_);
  if (auto put = store_.put(*thing.kind, thing.id, grants); !put) return internal_error(put.error());
  return ok(show_grants(grants, *thing.kind, thing.id));
}

Reply PermissionsApi::set(const Call& call) {
  auto thing = thing_of(call);
  if (!thing) return std::unexpected(thing.error());
  auto grants = given(call, *thing);
  return grants ? keep(*thing, std::move(*grants)) : std::unexpected(grants.error());
}

Reply PermissionsApi::update(const Call& call) {
  auto thing = thing_of(call);
  if (!thing) return std::unexpected(thing.error());
  auto changes = given(call, *thing);
  if (!changes) return std::unexpected(changes.error());
  auto grants = store_.find(*thing->kind, thing->id);
  if (!grants) return internal_error(grants.error());
  return keep(*thing, merged(with_owner(std::move(*grants), *thing->kind, user_), *changes));
}

Reply PermissionsApi::levels(const Call& call) {
  auto thing = thing_of(call);
  if (!thing) return std::unexpected(thing.error());
  JsonArray shown;
  for (const auto& level : thing->kind->levels)
    shown.push_back(JsonObject{{"permission_level", level.name}, {"description", level.description}});
  return ok({{"permission_levels", std::move(shown)}});
}

}  // namespace weir::workspace
