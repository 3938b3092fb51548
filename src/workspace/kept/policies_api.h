// /api/2.0/policies/clusters and /api/2.0/policy-families: kept. No cluster is held to a policy here.
#pragma once

#include "base/clock.h"
#include "workspace/kept/kept_objects.h"

namespace weir::workspace {

class PoliciesApi {
 public:
  PoliciesApi(State& state, std::string user)
      : policies_(state, "cluster policy", "policy_id", "name"), user_(std::move(user)) {}
  void add_routes(Router& router);

 private:
  Reply create(const Call& call);
  Reply edit(const Call& call);
  Reply list(const Call& call);
  void add_family_routes(Router& router);

  KeptObjects policies_;
  std::string user_;
  SystemClock clock_;
};

}  // namespace weir::workspace
