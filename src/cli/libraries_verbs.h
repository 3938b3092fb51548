// weir libraries: the libraries of a cluster.
#pragma once

#include "cli/connect.h"
#include "cli/verb.h"

namespace weir::cli {

/// Adds `libraries status|install|uninstall` to `root`.
void add_libraries_verbs(Verb root, Connect connect);

}  // namespace weir::cli
