// /api/2.x/clusters: what a client may name in a new_cluster. The workspace has no clusters to choose from: every job
// run gets a driver of its own on this machine, whatever runtime and node type it asks for.
#pragma once

#include "workspace/router.h"

namespace weir::workspace {

void add_cluster_routes(Router& router, unsigned cores);

}  // namespace weir::workspace
