// Where a workspace may listen.
#pragma once

#include "workspace/workspace.h"

namespace weir::workspace {

/// HTTP on this machine only; HTTPS elsewhere too, once the user has said so. Code::invalid for anything else.
Result<void> check_addresses(const WorkspaceOptions& options);

}  // namespace weir::workspace
