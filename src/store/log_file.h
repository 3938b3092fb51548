// The log of one run, being written: one append-only file with a bound on its size and its lines. What comes after
// that is counted in the file's last line, which is written anew now and then, so that it is there whenever weir dies.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "base/clock.h"

namespace weir::store {

struct LogLimits {
  std::uint64_t attempt_bytes_max = 16 * 1024 * 1024;  ///< of one attempt, so that it leaves room for others
  std::uint64_t run_bytes_max = 256 * 1024 * 1024;
  std::uint64_t run_lines_max = 1'000'000;
};

/// One writer a file, over all processes: whoever holds the run's lease.
class LogFile {
 public:
  /// Opens or creates; goes on where an earlier process stopped, a line it left unfinished is taken away. nullptr when
  /// the file cannot be written.
  static std::unique_ptr<LogFile> open(const std::filesystem::path& file, const LogLimits& limits);
  ~LogFile();
  LogFile(const LogFile&) = delete;

  /// `line` ends with its newline. Failures to write are swallowed: a full disk must not end a run because of its
  /// chatter.
  void append(Instant at, std::string_view line);

  /// Nothing more is kept: lines only have to be counted.
  bool is_full() const { return dropped_ > 0; }
  void count_dropped(Instant at);

  /// Makes the last line of a full log exact.
  void tell_dropped();

 private:
  LogFile(int fd, const LogLimits& limits) : fd_(fd), limits_(limits) {}
  void recover();

  int fd_;
  LogLimits limits_;
  std::uint64_t bytes_ = 0;  ///< of the lines kept
  std::uint64_t lines_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t told_ = 0;  ///< of those dropped
  Instant last_{};          ///< when the last one was dropped
};

}  // namespace weir::store
