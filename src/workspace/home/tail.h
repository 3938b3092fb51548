// The end of what a program has printed: its file may be large, and its front given back (process/output_limit.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace weir::workspace {

struct Tail {
  std::string text{};
  bool truncated = false;  ///< there was more before it
};

/// At most so many bytes; of a file that has lost its front, whole lines. Empty when the file is not there.
Tail read_tail(const std::filesystem::path& file, std::int64_t bytes_max);

/// At most so many bytes from a place on, or from the first whole line behind it that is still there.
struct Part {
  std::string text{};
  std::int64_t from = 0;
  std::int64_t size = 0;  ///< of the file
};
Part read_part(const std::filesystem::path& file, std::int64_t from, std::int64_t bytes_max);

}  // namespace weir::workspace
