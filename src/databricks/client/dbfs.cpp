#include "databricks/client/dbfs.h"

#include <algorithm>

#include "databricks/client/dbfs_requests.h"
#include "databricks/wire/base64.h"
#include "databricks/wire/limits.h"

namespace weir::databricks {
namespace {

FileStatus status_of(const json& file) {
  return {string_or(file, "path", ""), bool_or(file, "is_dir", false), int_or(file, "file_size", 0),
          int_or(file, "modification_time", 0)};
}

Result<void> without_value(const Result<json>& answer) {
  if (!answer) return std::unexpected(answer.error());
  return {};
}

/// A whole block, unless the source ends.
Result<std::string> next_block(const Dbfs::Source& source) {
  std::string block;
  while (block.size() < dbfs_block_bytes_max) {
    auto more = source(dbfs_block_bytes_max - block.size());
    if (!more) return more;
    if (more->empty()) break;
    block += *more;
  }
  return block;
}

}  // namespace

Result<FileStatus> Dbfs::status(std::string_view path) const {
  auto answer = client_.call(requests::dbfs_status(path));
  if (!answer) return std::unexpected(answer.error());
  return status_of(*answer);
}

Result<std::vector<FileStatus>> Dbfs::list(std::string_view path) const {
  auto answer = client_.call(requests::dbfs_list(path));
  if (!answer) return std::unexpected(answer.error());
  std::vector<FileStatus> files;
  if (const json* items = find(*answer, "files"); items && items->is_array()) {
    for (const auto& file : items->get_array()) files.push_back(status_of(file));
  }
  return files;
}

Result<void> Dbfs::make_folders(std::string_view path) const {
  return without_value(client_.call(requests::dbfs_make_folders(path)));
}

Result<void> Dbfs::remove(std::string_view path, bool recursive) const {
  return without_value(client_.call(requests::dbfs_delete(path, recursive)));
}

Result<void> Dbfs::write(std::string_view path, const Source& source, bool overwrite) const {
  auto first = next_block(source);
  if (!first) return std::unexpected(first.error());
  if (first->size() == dbfs_block_bytes_max) return write_blocks(path, std::move(*first), source, overwrite);
  return without_value(client_.call(requests::dbfs_put(path, *first, overwrite)));
}

/// Blocks are appended, so none of them is sent twice: an upload that breaks is an upload to start again.
Result<void> Dbfs::write_blocks(std::string_view path, std::string first, const Source& source,
                                bool overwrite) const {
  auto created = client_.call(requests::dbfs_create(path, overwrite));
  if (!created) return std::unexpected(created.error());
  auto handle = find_int(*created, "handle");
  if (!handle) return fail(Code::unavailable, "the workspace's answer has no handle");
  for (auto block = std::move(first); !block.empty();) {
    auto added = client_.call(requests::dbfs_add_block(*handle, block));
    if (!added) return std::unexpected(added.error());
    auto next = next_block(source);
    if (!next) return std::unexpected(next.error());
    block = std::move(*next);
  }
  return without_value(client_.call(requests::dbfs_close(*handle)));
}

Result<std::string> Dbfs::read(std::string_view path, std::size_t offset, std::size_t bytes_max) const {
  auto length = std::min(bytes_max, dbfs_block_bytes_max);
  auto answer = client_.call(requests::dbfs_read(path, offset, length));
  if (!answer) return std::unexpected(answer.error());
  auto bytes = decode_base64(string_or(*answer, "data", ""));
  if (!bytes) return fail(Code::unavailable, "the workspace sent a block that is not base64");
  return *bytes;
}

}  // namespace weir::databricks
