// The calls of the DBFS API. Paths may begin with "dbfs:".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "databricks/client/api_call.h"

namespace weir::databricks::requests {

ApiRequest dbfs_status(std::string_view path);
ApiRequest dbfs_list(std::string_view path);
ApiRequest dbfs_make_folders(std::string_view path);
ApiRequest dbfs_delete(std::string_view path, bool recursive);
ApiRequest dbfs_move(std::string_view from, std::string_view to);

/// At most dbfs_block_bytes_max. Repeatable when it may overwrite.
ApiRequest dbfs_put(std::string_view path, std::string_view contents, bool overwrite);
ApiRequest dbfs_read(std::string_view path, std::size_t offset, std::size_t bytes);

/// For larger files: create, then blocks, then close.
ApiRequest dbfs_create(std::string_view path, bool overwrite);
ApiRequest dbfs_add_block(std::int64_t handle, std::string_view contents);
ApiRequest dbfs_close(std::int64_t handle);

}  // namespace weir::databricks::requests
