// Keeps what a command prints from filling the disk: of a file that has grown past its limit the front is given back, while
// its end and the places of all that is in it stay as they are. Readers find the first byte that is left with
// first_kept_byte.
#pragma once

#include <chrono>
#include <cstdint>

#include "process/fd.h"

namespace weir::process {

class OutputLimit {
 public:
  /// `file` stays open for as long as somebody may write. 0 bytes: without a limit.
  OutputLimit(Fd file, std::int64_t bytes_max) : file_(std::move(file)), bytes_max_(bytes_max) {}

  /// Looks, and gives back what is too much: at least half of the limit stays. Returns when to look again: soon for a file
  /// that grows quickly.
  std::chrono::milliseconds look();

 private:
  Fd file_;
  std::int64_t bytes_max_;
  std::int64_t last_size_ = 0;
};

/// 0 for a file whose front was never given back.
std::int64_t first_kept_byte(int fd);

}  // namespace weir::process
