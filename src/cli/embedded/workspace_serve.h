// The server's own main.
#pragma once

#include "cli/terminal/terminal.h"
#include "workspace/workspace.h"

namespace weir::cli {

/// Serves until SIGTERM or SIGINT.
Exit serve_workspace(Terminal& terminal, const workspace::WorkspaceOptions& options);

}  // namespace weir::cli
