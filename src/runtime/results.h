// The results of an engine's runs that are kept in files: puts large ones there, brings back what is in them, and takes
// away what nobody will read any more. Of what was read, the latest stay in memory, within bounds.
#pragma once

#include <list>
#include <memory>
#include <string>

#include "core/run.h"
#include "core/values.h"
#include "store/result_files.h"

namespace weir::runtime {

class Results final : public core::Values {
 public:
  /// Of files whose content stays in memory; the latest stays whatever its size.
  static constexpr std::size_t read_bytes_max = 64UL * 1024 * 1024;

  Results(store::ResultFiles& files, std::size_t inline_bytes_max)
      : files_(files), inline_bytes_max_(inline_bytes_max) {}

  /// Any thread: whether a plain value of this size is to be kept in a file.
  bool is_large(std::size_t bytes) const { return bytes > inline_bytes_max_; }

  /// Any thread. Puts a plain value into a file and returns the reference. Code::invalid for one that is too large.
  Result<json> keep(const std::string& run_id, const json& value, bool sync);

  Result<std::shared_ptr<const json>> load(const std::string& run_id,
                                           const core::StoredValue& stored) override;

  /// The files that `value` refers to become those of another owner as well.
  Result<void> link(const json& value, const std::string& from, const std::string& to, bool sync);

  /// What is kept under the key of the cache is `value` and nothing else.
  void keep_only(const std::string& cache_key, const json& value);

  /// A run that has succeeded keeps what somebody may still look at.
  void drop_read(const core::Run& run);

  /// Nobody reads results of the run now.
  void forget(const std::string& run_id);

  /// Whether the file is there and as long as it should be.
  bool has(const std::string& run_id, const core::StoredValue& stored);

 private:
  struct Read {
    std::string run_id{};
    std::string name{};
    std::size_t bytes = 0;
    std::shared_ptr<const json> content{};
  };

  store::ResultFiles& files_;
  const std::size_t inline_bytes_max_;
  std::list<Read> read_{};  ///< the latest first
  std::size_t read_bytes_ = 0;
};

}  // namespace weir::runtime
