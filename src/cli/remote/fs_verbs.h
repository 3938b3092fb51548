// weir fs: files of DBFS and of the workspace tree.
#pragma once

#include "cli/session/connect.h"
#include "cli/terminal/verb.h"

namespace weir::cli {

/// Adds `fs ls|cat|cp|rm|mkdirs` to `root`.
void add_fs_verbs(Verb root, Connect connect);

}  // namespace weir::cli
