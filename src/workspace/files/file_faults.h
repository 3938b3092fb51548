// File faults as the REST API words them. DBFS, workspace objects and volumes differ in status and wording.
#pragma once

#include "workspace/files/file_tree.h"
#include "workspace/rest/answer.h"

namespace weir::workspace {

std::unexpected<ApiError> dbfs_refusal(FileFault fault, const TreePath& path);
std::unexpected<ApiError> object_refusal(FileFault fault, const TreePath& path);
std::unexpected<ApiError> volume_refusal(FileFault fault, const TreePath& path);

}  // namespace weir::workspace
