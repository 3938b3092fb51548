// /api/2.0/permissions/{kind}/{id}: who may do what. Kept and shown; the workspace has one user, who may do everything.
#pragma once

#include <functional>
#include <string>

#include "workspace/permissions/permission_store.h"
#include "workspace/rest/router.h"

namespace weir::workspace {

class PermissionsApi {
 public:
  /// Refuses when the thing does not exist, as the API of its kind does; things of kinds that it does not know are taken
  /// to exist.
  using Check = std::function<Answer<void>(const PermissionKind& kind, const std::string& id)>;

  PermissionsApi(State& state, std::string user, Check check)
      : store_(state), user_(std::move(user)), check_(std::move(check)) {}
  void add_routes(Router& router);

 private:
  struct Thing {
    const PermissionKind* kind = nullptr;
    std::string id{};
  };
  Reply get(const Call& call);
  Reply set(const Call& call);
  Reply update(const Call& call);
  Reply levels(const Call& call);
  Answer<Thing> thing_of(const Call& call);
  Answer<Grants> given(const Call& call, const Thing& thing) const;
  Reply keep(const Thing& thing, Grants grants);

  PermissionStore store_;
  std::string user_;
  Check check_;
};

}  // namespace weir::workspace
