// A file of the workspace by its path, in any of the three places that have files.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "databricks/operations/given.h"
#include "databricks/operations/step.h"

namespace weir::databricks::operations {

struct RemotePath {
  enum class Place : std::uint8_t { dbfs, volume, workspace };
  Place place = Place::dbfs;
  std::string path{};  ///< as the API of that place wants it
};

/// "dbfs:/a", "/dbfs/a", "/Volumes/main/raw/a", "/Workspace/Shared/a", "workspace:/Shared/a", and "/Users", "/Shared"
/// and "/Repos" of the workspace. Code::invalid for anything else.
Result<RemotePath> parse_remote_path(std::string_view text);

/// The field `name`, read in this way.
RemotePath remote_path(Given& given, std::string_view name);

/// Looks whether a file or folder is there. `status` is null when it is not.
Step look_for(const RemotePath& path, std::function<Step(const json& status)> then);

/// Makes the folders that lead to it, where the API does not do that by itself.
Step with_folders(const RemotePath& path, Then then);

/// Reads a whole file of at most so many bytes.
Step read_remote(const RemotePath& path, std::size_t bytes_max, std::function<Step(std::string bytes)> then);

}  // namespace weir::databricks::operations
