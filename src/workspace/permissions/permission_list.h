// Who may do what with one thing: an access control list, as requests give it and answers show it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "workspace/permissions/permission_kind.h"
#include "workspace/rest/answer.h"

namespace weir::workspace {

struct Grant {
  std::string principal_field{};  ///< "user_name", "group_name" or "service_principal_name"
  std::string principal{};
  std::string level{};
};

/// Those given directly to the thing. The workspace has one user, who may do everything: they are kept and shown, and
/// decide nothing.
using Grants = std::vector<Grant>;

/// `access_control_list` of a request. Refuses entries with no principal or several, levels that the kind does not have, a
/// principal twice, and two owners.
Answer<Grants> read_grants(const JsonArray& list, const PermissionKind& kind);

/// The grants once `changes` are in: a principal's level is replaced, and a new owner takes the place of the old one.
Grants merged(Grants grants, const Grants& changes);

/// A thing with an owner always has one: `user`, when the grants name nobody.
Grants with_owner(Grants grants, const PermissionKind& kind, std::string_view user);

/// {"object_id", "object_type", "access_control_list"}. Administrators manage everything, by inheritance.
JsonObject show_grants(const Grants& grants, const PermissionKind& kind, std::string_view id);

}  // namespace weir::workspace
