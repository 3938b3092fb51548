// /api/2.0/preview/scim/v2: the one user of this workspace, the groups it is in, and nobody else.
#pragma once

#include "workspace/identity/identity_api.h"
#include "workspace/rest/router.h"

namespace weir::workspace {

void add_scim_routes(Router& router, const Identity& identity);

}  // namespace weir::workspace
