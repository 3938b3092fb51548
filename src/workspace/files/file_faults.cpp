#include "workspace/files/file_faults.h"

#include <fmt/format.h>

namespace weir::workspace {
namespace {

std::unexpected<ApiError> disk_failure(const TreePath& path) {
  return refuse(500, "IO_ERROR", fmt::format("The disk refused to read or write {}.", path.text()));
}

}  // namespace

std::unexpected<ApiError> dbfs_refusal(FileFault fault, const TreePath& path) {
  switch (fault) {
    case FileFault::not_found:
      return does_not_exist(fmt::format("No file or directory exists on path {}.", path.text()));
    case FileFault::exists:
      return already_exists(
          fmt::format("A file or directory already exists at the input path {}.", path.text()));
    case FileFault::not_a_directory:
      return already_exists(fmt::format("A part of the path {} is a file, not a directory.", path.text()));
    case FileFault::is_a_directory:
      return invalid_parameter(fmt::format("{} is a directory, not a file.", path.text()));
    case FileFault::not_empty:
      return refuse(400, "IO_ERROR",
                    fmt::format("{} is not empty; delete it with recursive=true.", path.text()));
    case FileFault::into_itself:
      return invalid_parameter(fmt::format("{} cannot be moved into itself.", path.text()));
    case FileFault::io:
      return disk_failure(path);
  }
  return disk_failure(path);
}

std::unexpected<ApiError> object_refusal(FileFault fault, const TreePath& path) {
  switch (fault) {
    case FileFault::not_found:
    case FileFault::not_a_directory:
      return does_not_exist(fmt::format("Path ({}) doesn't exist.", path.text()));
    case FileFault::exists:
      return already_exists(fmt::format("Path ({}) already exists.", path.text()));
    case FileFault::is_a_directory:
      return already_exists(fmt::format("A folder at path ({}) already exists.", path.text()));
    case FileFault::not_empty:
      return refuse(400, "DIRECTORY_NOT_EMPTY",
                    fmt::format("Folder ({}) is not empty; delete it with recursive=true.", path.text()));
    case FileFault::into_itself:
      return invalid_parameter(fmt::format("{} cannot be moved into itself.", path.text()));
    case FileFault::io:
      return disk_failure(path);
  }
  return disk_failure(path);
}

std::unexpected<ApiError> volume_refusal(FileFault fault, const TreePath& path) {
  switch (fault) {
    case FileFault::not_found:
    case FileFault::not_a_directory:
      return refuse(404, "NOT_FOUND", fmt::format("The path {} does not exist.", path.text()));
    case FileFault::exists:
      return refuse(409, "ALREADY_EXISTS", fmt::format("There is something at {} already.", path.text()));
    case FileFault::is_a_directory:
      return refuse(409, "ALREADY_EXISTS", fmt::format("{} is a directory, not a file.", path.text()));
    case FileFault::not_empty:
      return refuse(409, "DIRECTORY_NOT_EMPTY",
                    fmt::format("{} is not empty; delete what is in it first.", path.text()));
    case FileFault::into_itself:
      return invalid_parameter(fmt::format("{} cannot be moved into itself.", path.text()));
    case FileFault::io:
      return disk_failure(path);
  }
  return disk_failure(path);
}

}  // namespace weir::workspace
