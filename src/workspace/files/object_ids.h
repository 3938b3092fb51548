// The numbers of workspace objects. One belongs to a path, from the first time somebody asks for it until what is there
// is deleted: writing a notebook anew keeps it, whatever form it has.
#pragma once

#include <cstdint>
#include <vector>

#include "workspace/files/tree_path.h"
#include "workspace/home/state.h"

namespace weir::workspace {

class ObjectIds {
 public:
  explicit ObjectIds(State& state) : state_(state) {}

  Result<std::int64_t> of(const TreePath& path);
  Result<std::vector<std::int64_t>> of(const std::vector<TreePath>& paths);  ///< in their order
  Result<void> forget(const TreePath& path);                                 ///< and all below it

 private:
  State& state_;
};

}  // namespace weir::workspace
