// Values too large for a history, one file each: results/OWNER/NAME in the state folder. The name is the digest of what
// is in it. Each owner (a run, or what is kept under a key of the cache) has a folder of its own, so that taking it away
// asks nobody else: a value that moves from one to another is linked there.
//
// A file is written before the event that refers to it, so that a crash leaves a file too many, never one too few; what
// is too many goes with its owner.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace weir::store {

/// Any thread.
class ResultFiles {
 public:
  virtual ~ResultFiles() = default;

  /// When this returns the file is there as a whole, also after a loss of power when `sync` says so; or it is not.
  virtual Result<void> write(const std::string& owner, const std::string& name, std::string_view bytes,
                             bool sync) = 0;

  /// The content, which is what its name says: Code::not_found for a file that is gone, Code::internal for one that is
  /// damaged.
  Result<std::string> read(const std::string& owner, const std::string& name);

  /// The same file in the folder of another owner. Code::not_found when there is no such file.
  virtual Result<void> link(const std::string& from, const std::string& to, const std::string& name,
                            bool sync) = 0;

  virtual std::optional<std::uint64_t> size_of(const std::string& owner, const std::string& name) = 0;

  virtual void erase(const std::string& owner, const std::string& name) = 0;
  virtual void erase_all(const std::string& owner) = 0;

  /// The files of an owner, whole ones only.
  virtual std::vector<std::string> names(const std::string& owner) = 0;

  /// Keys of the cache that have files.
  virtual std::vector<std::string> cache_keys() = 0;

  /// Where the file is, for people and for workers.
  virtual std::filesystem::path path_of(const std::string& owner, const std::string& name) const = 0;

 private:
  virtual Result<std::string> read_bytes(const std::string& owner, const std::string& name) = 0;
};

/// The owner that keeps what the cache has under a key.
std::string cache_owner(const std::string& key);

/// `folder` is made when it is needed.
std::unique_ptr<ResultFiles> result_files_in(std::filesystem::path folder);

}  // namespace weir::store
