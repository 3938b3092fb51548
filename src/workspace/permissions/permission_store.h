// The permissions that were set on things, by the kind of the thing and its id.
#pragma once

#include <string_view>

#include "workspace/home/state.h"
#include "workspace/permissions/permission_list.h"

namespace weir::workspace {

class PermissionStore {
 public:
  explicit PermissionStore(State& state) : state_(state) {}

  Result<Grants> find(const PermissionKind& kind, std::string_view id);  ///< none when nothing was set
  Result<void> put(const PermissionKind& kind, std::string_view id, const Grants& grants);
  Result<void> remove(const PermissionKind& kind, std::string_view id);

 private:
  State& state_;
};

}  // namespace weir::workspace
