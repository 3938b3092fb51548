// The calls of the Files API, for paths below /Volumes: contents travel as plain bytes.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "databricks/client/api_call.h"

namespace weir::databricks::requests {

ApiRequest volume_put(std::string_view path, std::string contents, bool overwrite);
std::chrono::milliseconds volume_put_timeout(std::uint64_t bytes);  ///< however slow the line is

/// The answer is a string of at most so many bytes, which are not 0; where the file has none: status 416.
ApiRequest volume_read(std::string_view path, std::uint64_t offset, std::uint64_t bytes_max);
ApiRequest volume_status(std::string_view path);  ///< HEAD of a file: only whether it is there
ApiRequest volume_folder_status(std::string_view path);
ApiRequest volume_delete(std::string_view path);
ApiRequest volume_list(std::string_view path, std::string_view page_token = {});
ApiRequest volume_make_folders(std::string_view path);
ApiRequest volume_delete_folder(std::string_view path);  ///< an empty one

}  // namespace weir::databricks::requests
