// Copying between any two places: first the whole list of what goes where, then the copying.
#pragma once

#include <string>
#include <vector>

#include "cli/remote/fs_trees.h"

namespace weir::cli {

struct CopyOptions {
  bool recursive = false;
  bool overwrite = false;
};

struct Copy {
  Place from{};
  Place to{};
  std::uint64_t bytes = 0;
  Place settled{};  ///< where it ends up: a notebook loses its extension in the workspace
};

/// A file goes into a target that is a folder (or ends in '/'), else it becomes the target; the contents of a folder go
/// into the target folder. Refuses, before anything is copied: a missing source, a folder without `recursive`,
/// existing targets without `overwrite`, files that would become one and the same, pipes into the workspace.
Result<std::vector<Copy>> plan_copies(Trees& trees, const Place& from, const Place& to, CopyOptions options);

/// Shows on a terminal how far a large one is.
Result<void> perform(Trees& trees, const Copy& copy, const Terminal& terminal);

}  // namespace weir::cli
