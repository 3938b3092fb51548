// Which lines of a run's log are shown, and how they look.
#pragma once

#include <deque>
#include <string>

#include "cli/terminal/terminal.h"
#include "store/log_line.h"

namespace weir::cli {

struct LogChoice {
  std::string task{};  ///< a task's key, or that of a mapped task for all its elements; empty for all tasks
  std::uint32_t attempt = 0;   ///< 0 for all
  std::size_t level_rank = 0;  ///< the lowest level shown
  bool several_tasks = true;   ///< lines begin with their task's key
  bool with_time = false;      ///< … and with time and level
};

bool is_chosen(const LogChoice& choice, const store::LogEntry& entry);

/// Without its newline: "clean[17] │ text", or a JSON object with --json.
std::string log_text(const LogChoice& choice, const Terminal& terminal, const store::LogEntry& entry);

/// Collects lines and writes them to standard output together: a log may have a million.
class LogView {
 public:
  LogView(const Terminal& terminal, LogChoice choice) : terminal_(terminal), choice_(std::move(choice)) {}

  void show(const store::LogEntry& entry);
  void flush();

 private:
  void show_heading(std::uint32_t attempt);

  const Terminal& terminal_;
  LogChoice choice_;
  std::string collected_{};
  std::uint32_t attempt_ = 1;
};

}  // namespace weir::cli
