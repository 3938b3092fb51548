// The operations on files; see operation.h. They hold a file in memory: `weir fs cp` copies larger ones.
#pragma once

#include "databricks/operations/operation.h"
#include "databricks/operations/remote_path.h"

namespace weir::databricks::operations {

constexpr std::size_t file_operation_bytes_max = 64 * 1024 * 1024;
constexpr std::size_t file_content_bytes_max = 1024 * 1024;  ///< of a file that becomes a task's result

/// For `overwrite: false`: a conflict when something is there, else the commit.
Step unless_there(const RemotePath& path, const json& plan);

Operation put_file_operation();
Operation get_file_operation();
Operation delete_file_operation();
Operation import_notebook_operation();

}  // namespace weir::databricks::operations
