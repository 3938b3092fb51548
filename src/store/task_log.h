// What attempts printed, one text file a run: STATE/logs/RUN_ID.log, lines as in log_line.h. One file, because a run of
// a hundred thousand mapped tasks must not leave a hundred thousand files behind, and because reading it from top to
// bottom gives the order in which things were said. Logs are for people and are not part of the durable history.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "store/log_file.h"
#include "store/log_line.h"
#include "store/log_reader.h"

namespace weir::store {

/// One thread at a time.
class TaskLog {
 public:
  explicit TaskLog(std::filesystem::path folder, LogLimits limits = {})
      : folder_(std::move(folder)), limits_(limits) {}

  /// In the file when this returns. What is beyond a limit is counted, not kept. Failures to write are swallowed.
  void append(const std::string& run_id, const std::string& task, std::uint32_t attempt, const LogLine& line);

  /// The attempt will write no more: if lines of it were not kept, the log says how many.
  void close(const std::string& run_id, const std::string& task, std::uint32_t attempt);

  /// The lines of one attempt; empty when it printed nothing. Costs a walk through the run's whole log.
  std::vector<LogLine> read(const std::string& run_id, const std::string& task, std::uint32_t attempt) const;

  LogReader reader(const std::string& run_id) const { return LogReader(file_of(run_id)); }

  /// Takes the log of a run that nobody holds away.
  void erase(const std::string& run_id);

 private:
  struct Attempt {
    std::string run_id{};
    std::string task{};
    std::uint32_t number = 0;
    friend auto operator<=>(const Attempt&, const Attempt&) = default;
  };
  struct Printed {
    std::uint64_t bytes = 0;
    std::uint64_t dropped = 0;
    Instant last{};
  };
  struct Open {
    std::unique_ptr<LogFile> file{};  ///< nullptr when it cannot be written
    std::uint64_t used = 0;
  };

  std::filesystem::path file_of(const std::string& run_id) const { return folder_ / (run_id + ".log"); }
  LogFile* open(const std::string& run_id);

  std::filesystem::path folder_;
  LogLimits limits_;
  std::map<Attempt, Printed> printed_{};  ///< of attempts under way
  std::map<std::string, Open> open_{};    ///< by run, at most open_files_max
  std::uint64_t uses_ = 0;
};

}  // namespace weir::store
