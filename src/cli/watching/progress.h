// A run as it happens, on standard error: one line a task that turns from running to done; a mapped task is one line with
// counts, and its first failed elements. On a terminal the lines of running tasks stay at the bottom and move; elsewhere
// a task gets its line when it has ended. However many tasks a run has, the lines are bounded: what is beyond is counted.
#pragma once

#include <set>
#include <string>
#include <unordered_map>

#include "cli/terminal/moving_lines.h"
#include "cli/terminal/output_tail.h"
#include "cli/terminal/terminal.h"
#include "core/run.h"

namespace weir::cli {

class Progress {
 public:
  /// `quiet`: no output of the tasks, only their lines.
  Progress(const Terminal& terminal, bool quiet) : terminal_(terminal), quiet_(quiet), moving_(terminal) {}

  /// First lines of a run: name, and where to see it; then the tasks that have ended before. `doing`: "running",
  /// "resuming", "watching".
  void begin(const core::Run& run, const std::string& doing, const std::string& page);

  /// `run` is as it is after the event, or further on.
  void on_event(const core::Run& run, const core::Event& event);

  /// What a task printed; it is shown when its attempt ends.
  void on_output(core::TaskIndex task, OutputTail output);
  void on_output(core::TaskIndex task, const std::string& level, const std::string& line);

  /// Says something in between without disturbing the moving lines.
  void say(const std::string& line);

  /// Lines for standard output, which may be the terminal that the moving lines are on; for standard error when
  /// standard output is JSON.
  void print(const std::string& lines);

  /// Draws the moving lines as they are at `now`; call it some ten times a second on a terminal.
  void tick(const core::Run& run, Instant now);

  /// Last lines: how it ended, and where to look next.
  void end(const core::Run& run, const std::string& program);

 private:
  void note(const core::Run& run, core::TaskIndex task);
  void note_all(const core::Run& run);
  void show_change(const core::Run& run, const core::TaskChanged& fact);
  void show_events_of_the_run(const core::Event& event);
  bool is_counted_only(const core::Run& run, core::TaskIndex task);
  void show_end(const core::Run& run, core::TaskIndex task, Instant now);
  void show_retry(const core::Run& run, const core::AttemptFailed& fact, Instant now);
  void show_failure(const core::Run& run, core::TaskIndex task, const OutputTail& output);
  void show_output(const OutputTail& output);
  void say_output(std::string_view line);
  bool may_say(const core::Run& run, core::TaskState state);

  const Terminal& terminal_;
  bool quiet_;
  MovingLines moving_;
  std::size_t key_width_ = 0;
  std::size_t tasks_said_ = 0;
  std::size_t failures_said_ = 0;
  std::unordered_map<core::StageIndex, std::size_t> failed_elements_said_{};
  std::set<core::TaskIndex> under_way_{};
  std::unordered_map<core::TaskIndex, OutputTail> output_{};
};

}  // namespace weir::cli
