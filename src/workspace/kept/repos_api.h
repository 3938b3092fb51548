// /api/2.0/repos: kept, each with a folder of its own that is empty until somebody imports into it. No Git is run.
#pragma once

#include "workspace/files/objects.h"
#include "workspace/kept/kept_objects.h"

namespace weir::workspace {

class ReposApi {
 public:
  ReposApi(State& state, const Objects& objects, std::string user)
      : repos_(state, "repo", "id", "path"), objects_(objects), user_(std::move(user)) {}
  void add_routes(Router& router);

 private:
  Reply create(const Call& call);
  Reply update(const Call& call);
  Reply list(const Call& call);
  Reply remove(const Call& call);

  KeptObjects repos_;
  const Objects& objects_;
  std::string user_;
};

}  // namespace weir::workspace
