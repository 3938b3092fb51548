// weir secrets: scopes and secrets of the workspace.
#pragma once

#include "cli/session/connect.h"
#include "cli/terminal/verb.h"

namespace weir::cli {

/// Adds `secrets list-scopes|create-scope|delete-scope|list|put|delete` to `root`.
void add_secrets_verbs(Verb root, Connect connect);

}  // namespace weir::cli
