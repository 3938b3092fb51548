// Reads a run's log from its start, also while another process writes it.
#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "store/log_line.h"

namespace weir::store {

class LogReader {
 public:
  explicit LogReader(std::filesystem::path file) : file_(std::move(file)) {}

  /// The next complete line. nullopt when there is none, and no file is an empty log: ask again later for what has been
  /// added meanwhile. Lines that are no log lines are passed over.
  std::optional<LogEntry> next();

 private:
  bool read_more();

  std::filesystem::path file_;
  std::ifstream stream_{};
  std::string buffer_{};
  std::size_t at_ = 0;        ///< of the next line in buffer_
  std::size_t searched_ = 0;  ///< there is no newline between at_ and here
};

}  // namespace weir::store
