// How far a long copy is, on one line that moves; nothing where nobody looks.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "cli/terminal/terminal.h"

namespace weir::cli {

/// "1.4 GiB", "312 KiB", "17 bytes".
std::string size_text(std::uint64_t bytes);

/// Used by one thread at a time.
class ByteMeter {
 public:
  /// `total`: 0 when it is not known.
  ByteMeter(const Terminal& terminal, std::string what, std::uint64_t total)
      : terminal_(terminal), what_(std::move(what)), total_(total) {}
  ~ByteMeter();  ///< takes the line away
  ByteMeter(const ByteMeter&) = delete;

  void at(std::uint64_t bytes);

 private:
  const Terminal& terminal_;
  std::string what_;
  std::uint64_t total_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point next_ =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
};

}  // namespace weir::cli
