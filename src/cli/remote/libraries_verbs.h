// weir libraries: the libraries of a cluster.
#pragma once

#include "cli/session/connect.h"
#include "cli/terminal/verb.h"

namespace weir::cli {

/// Adds `libraries status|install|uninstall` to `root`.
void add_libraries_verbs(Verb root, Connect connect);

}  // namespace weir::cli
