// /api/1.2: execution contexts and their commands. Contexts live in the driver of their cluster, and end with it: what is
// asked is passed on, and the request held until the driver answers.
#pragma once

#include "workspace/clusters/clusters.h"
#include "workspace/rest/router.h"

namespace weir::workspace {

class CommandsApi {
 public:
  explicit CommandsApi(Clusters& clusters) : clusters_(clusters) {}
  void add_routes(Router& router);

 private:
  Reply pass_on(const Call& call, std::string_view path);
  Clusters& clusters_;
};

}  // namespace weir::workspace
