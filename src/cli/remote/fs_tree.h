// One face for the places files live in, so that listing and copying are written once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/remote/fs_place.h"
#include "databricks/client/patient_client.h"

namespace weir::cli {

struct Entry {
  std::string name{};  ///< the last part of its path
  std::string
      type{};  ///< "folder", "file", "pipe", "notebook" or what else the workspace says, in lower case
  bool is_folder = false;
  std::int64_t size_bytes = 0;
  std::int64_t modified_ms = 0;
};

/// Paths are those of a Place of the tree's kind. Blocking.
class Tree {
 public:
  /// The next bytes of a file, at most so many; none mean the end.
  using Source = std::function<Result<std::string>(std::size_t bytes_max)>;
  virtual ~Tree() = default;

  virtual Result<std::optional<Entry>> look(const std::string& path) const = 0;  ///< nullopt: nothing there
  virtual Result<std::vector<Entry>> list(const std::string& folder) const = 0;  ///< by name
  virtual Result<void> make_folders(const std::string& path) const = 0;
  virtual Result<void> remove(const std::string& path, bool recursive) const = 0;
  virtual Result<Source> open(const std::string& path) const = 0;  ///< not to outlive the tree

  /// What to call a copy of the file at `path`, which `entry` describes: a notebook's name has no extension, its file
  /// has.
  virtual Result<std::string> file_name(const std::string& path, const Entry& entry) const;

  /// Makes missing folders. A file that is there is replaced.
  virtual Result<void> write(const std::string& path, const Source& source) const = 0;

  /// The same from a file of this machine.
  using Written = std::function<void(std::uint64_t bytes)>;  ///< told how far it is
  virtual Result<void> write_file(const std::string& path, const std::string& local,
                                  const Written& written) const;

  /// Where a file of that name and beginning ends up: notebooks lose their extension in the workspace.
  virtual std::string settled_path(const std::string& path, std::string_view beginning) const;
};

std::unique_ptr<Tree> local_tree();
std::unique_ptr<Tree> dbfs_tree(const databricks::PatientClient& client);       ///< `client` must outlive it
std::unique_ptr<Tree> workspace_tree(const databricks::PatientClient& client);  ///< likewise
std::unique_ptr<Tree> volume_tree(const databricks::PatientClient& client);     ///< likewise

}  // namespace weir::cli
