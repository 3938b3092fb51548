// Files of Unity Catalog's volumes ("/Volumes/<catalog>/<schema>/<volume>/…"), for callers that may block. Any size:
// files are read in parts, and sent while they are read.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "databricks/client/patient_client.h"

namespace weir::databricks {

struct VolumeEntry {
  std::string path{};
  bool is_folder = false;
  std::int64_t size_bytes = 0;
  std::int64_t modified_ms = 0;
};

/// `client` must outlive it.
class Volumes {
 public:
  explicit Volumes(const PatientClient& client) : client_(client) {}

  Result<std::optional<VolumeEntry>> look(std::string_view path) const;  ///< nullopt: nothing there
  Result<std::vector<VolumeEntry>> list(std::string_view path) const;    ///< of a folder
  Result<void> make_folders(std::string_view path) const;
  Result<void> remove_file(std::string_view path) const;
  Result<void> remove_folder(std::string_view path) const;  ///< an empty one

  /// How many bytes have been sent; called on another thread while write() waits.
  using Sent = std::function<void(std::uint64_t bytes)>;

  /// Sends `bytes` bytes of `file`, from its start. Code::conflict when the file exists and `overwrite` is false.
  Result<void> write(std::string_view path, std::shared_ptr<std::FILE> file, std::uint64_t bytes,
                     bool overwrite, const Sent& sent = {}) const;

  /// From `offset`, at most `bytes_max`; a server that reads no ranges gives all of it, from the start.
  Result<std::string> read(std::string_view path, std::uint64_t offset, std::uint64_t bytes_max) const;

 private:
  const PatientClient& client_;
};

}  // namespace weir::databricks
