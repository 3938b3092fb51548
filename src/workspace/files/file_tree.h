// A folder of real files that clients reach by TreePath and cannot leave: every step down is opened from the
// folder before it and never follows a symbolic link, so there is no moment in which a path could come to
// mean another file. What does not exist, what is a link, and what is neither file nor folder are the same to
// clients.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "workspace/files/tree_path.h"

namespace weir::workspace {

enum class FileFault : std::uint8_t {
  not_found,
  exists,
  not_a_directory,  ///< a part before the last is a file
  is_a_directory,
  not_empty,
  into_itself,  ///< a folder cannot be moved below itself
  io,           ///< the disk is full, or the system refused
};

template <class T>
using FileResult = std::expected<T, FileFault>;

struct FileEntry {
  std::string name{};
  bool is_directory = false;
  std::int64_t size = 0;  ///< 0 for folders
  std::int64_t modified_ms = 0;
  std::int64_t created_ms = 0;
};

/// Some of a folder.
struct FilePage {
  std::string after{};  ///< only names that come after it
  std::size_t entries_max = std::numeric_limits<std::size_t>::max();
};

struct OpenedFile {
  Descriptor file{};
  FileEntry entry{};
};

class FileTree {
 public:
  /// Both folders must exist, on one file system; `staging` is where unfinished files live.
  FileTree(std::filesystem::path root, std::filesystem::path staging)
      : root_(std::move(root)), staging_(std::move(staging)) {}

  FileResult<FileEntry> status(const TreePath& path) const;
  FileResult<std::vector<FileEntry>> list(const TreePath& folder,
                                          const FilePage& page = {}) const;  ///< by name
  FileResult<OpenedFile> open(const TreePath& file) const;  ///< for reading; `is_a_directory` when it is one
  FileResult<std::string> read(const TreePath& file, std::int64_t offset, std::int64_t length) const;
  FileResult<std::string> read(const TreePath& file) const;

  /// Missing folders on the way are made. The file appears whole or not at all.
  FileResult<void> write(const TreePath& file, std::string_view content, bool overwrite) const;

  /// Puts a finished file of the staging folder into its place.
  FileResult<void> adopt(const std::filesystem::path& staged, const TreePath& file, bool overwrite) const;

  FileResult<void> make_directories(const TreePath& folder) const;
  FileResult<void> remove(const TreePath& path, bool recursive) const;  ///< `not_found` when there is nothing
  FileResult<void> move(const TreePath& from, const TreePath& to) const;

  /// A fresh, empty file name in the staging folder.
  std::filesystem::path new_staged_file() const;

  /// Where the file is on this machine: for drivers, which run as this user anyway.
  std::filesystem::path local(const TreePath& path) const;
  const std::filesystem::path& root() const { return root_; }

 private:
  std::filesystem::path root_;
  std::filesystem::path staging_;
};

}  // namespace weir::workspace
