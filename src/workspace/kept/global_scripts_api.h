// /api/2.0/global-init-scripts: kept. They run nowhere; init scripts of a cluster do.
#pragma once

#include "base/clock.h"
#include "workspace/kept/kept_objects.h"

namespace weir::workspace {

class GlobalScriptsApi {
 public:
  GlobalScriptsApi(State& state, std::string user)
      : scripts_(state, "global init script", "script_id", "name"), user_(std::move(user)) {}
  void add_routes(Router& router);

 private:
  Reply create(const Call& call);
  Reply update(const Call& call);
  Reply list();

  KeptObjects scripts_;
  std::string user_;
  SystemClock clock_;
};

}  // namespace weir::workspace
