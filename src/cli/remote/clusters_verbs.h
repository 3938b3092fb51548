// weir clusters: the clusters of the workspace.
#pragma once

#include "cli/session/connect.h"
#include "cli/terminal/verb.h"

namespace weir::cli {

/// Adds `clusters list|get|events|create|start|restart|resize|terminate|delete` to `root`.
void add_clusters_verbs(Verb root, Connect connect);

/// Those that change something.
void add_clusters_changes(Verb clusters, Connect connect);

}  // namespace weir::cli
