// Files of the workspace's DBFS. Paths are absolute, with or without "dbfs:" in front.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "databricks/client/patient_client.h"

namespace weir::databricks {

struct FileStatus {
  std::string path{};
  bool is_folder = false;
  std::int64_t size_bytes = 0;
  std::int64_t modified_ms = 0;
};

/// `client` must outlive it.
class Dbfs {
 public:
  explicit Dbfs(const PatientClient& client) : client_(client) {}

  Result<FileStatus> status(std::string_view path) const;
  Result<std::vector<FileStatus>> list(std::string_view path) const;  ///< of a file: itself
  Result<void> make_folders(std::string_view path) const;
  Result<void> remove(std::string_view path, bool recursive) const;

  /// The next bytes, at most so many; none mean the end.
  using Source = std::function<Result<std::string>(std::size_t bytes_max)>;

  /// Any size, block by block. Code::conflict when the file exists and `overwrite` is false.
  Result<void> write(std::string_view path, const Source& source, bool overwrite) const;

  /// From `offset`, at most dbfs_block_bytes_max; empty behind the end.
  Result<std::string> read(std::string_view path, std::size_t offset, std::size_t bytes_max) const;

 private:
  Result<void> write_blocks(std::string_view path, std::string first, const Source& source,
                            bool overwrite) const;

  const PatientClient& client_;
};

}  // namespace weir::databricks
