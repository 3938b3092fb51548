// What attempts printed, one text file an attempt: STATE/logs/RUN_ID/TASK.ATTEMPT.log. A line is
// "2026-11-21T05:22:42.123Z info text". Logs are for people and are not part of the durable history.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace weir::store {

struct LogLine {
  Instant at{};
  std::string level{};
  std::string text{};
};

constexpr std::uint64_t log_bytes_max = 16 * 1024 * 1024;  ///< of one attempt; the rest is counted, not kept

/// One thread at a time.
class TaskLog {
 public:
  explicit TaskLog(std::filesystem::path folder) : folder_(std::move(folder)) {}
  ~TaskLog();
  TaskLog(const TaskLog&) = delete;

  /// Control characters are replaced, so that a log cannot drive the reader's terminal. Failures to write are
  /// swallowed: a full disk must not end a run because of its chatter.
  void append(const std::string& run_id, const std::string& task, std::uint32_t attempt, const LogLine& line);

  /// The attempt will write no more: its file is closed.
  void close(const std::string& run_id, const std::string& task, std::uint32_t attempt);

  /// The lines of one attempt; empty when it printed nothing.
  std::vector<LogLine> read(const std::string& run_id, const std::string& task, std::uint32_t attempt) const;

 private:
  struct File {
    std::FILE* file = nullptr;
    std::uint64_t bytes = 0;
    std::uint64_t dropped = 0;
    Instant last{};
  };
  std::filesystem::path file_of(const std::string& run_id, const std::string& task,
                                std::uint32_t attempt) const;

  std::filesystem::path folder_;
  std::map<std::filesystem::path, File> open_;
};

}  // namespace weir::store
