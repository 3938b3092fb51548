// /api/2.0/instance-pools: kept, as every cluster here is a process of this machine.
#pragma once

#include "workspace/kept/kept_objects.h"

namespace weir::workspace {

class PoolsApi {
 public:
  explicit PoolsApi(State& state)
      : pools_(state, "instance pool", "instance_pool_id", "instance_pool_name") {}
  void add_routes(Router& router);

 private:
  Reply create(const Call& call);
  Reply edit(const Call& call);
  Reply list();

  KeptObjects pools_;
};

}  // namespace weir::workspace
