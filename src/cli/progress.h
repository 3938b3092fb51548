// A run as it happens, on standard error: one line a task that turns from running to done. On a terminal the lines
// of running tasks stay at the bottom and move; elsewhere a task gets its line when it has ended.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "cli/terminal.h"
#include "runtime/engine.h"

namespace weir::cli {

class Progress final : public runtime::Observer {
 public:
  /// `quiet`: no output of the tasks, only their lines.
  Progress(const Terminal& terminal, bool quiet) : terminal_(terminal), quiet_(quiet) {}

  /// First lines of a run: name, and where to see it.
  void begin(const core::Run& run, const std::string& page, bool resumed);

  /// Last lines: how it ended, and where to look next.
  void end(const core::Run& run, const std::string& program);

  void on_event(runtime::RunSlot slot, const core::Run& run, const core::Event& event) override;
  void on_log(runtime::RunSlot slot, const core::Run& run, core::TaskIndex task,
              const store::LogLine& line) override;

  /// Says something in between without disturbing the moving lines.
  void say(const std::string& line);

  /// Redraws the moving lines with the time that has passed; call it now and then on a terminal.
  void tick(const core::Run& run, Instant now);

 private:
  void note(const core::Run& run, core::TaskIndex task);
  void task_ended(const core::Run& run, core::TaskIndex task);
  void show_failure(const core::Failure& failure, const std::vector<std::string>& output);
  void say_output(std::string_view line);
  void erase_moving();
  void draw_moving(const core::Run& run, Instant now);

  const Terminal& terminal_;
  bool quiet_;
  std::size_t key_width_ = 0;
  std::set<core::TaskIndex> under_way_{};
  std::size_t moving_ = 0;  ///< lines at the bottom of the screen that will be drawn again
  std::map<core::TaskIndex, std::vector<std::string>> output_{};
  std::map<core::TaskIndex, std::size_t> dropped_{};
};

/// "✓ ingest     12.3s  run 17  http://…": the look of a task in lists, coloured by state.
std::string task_line(const Terminal& terminal, const core::Run& run, core::TaskIndex task,
                      std::size_t key_width, Instant now);

/// Width of the column for keys.
std::size_t key_width_of(const core::Run& run);

/// Sign and colour of each state.
std::string state_sign(const Terminal& terminal, core::TaskState state);
std::string state_word(const Terminal& terminal, core::RunState state);

}  // namespace weir::cli
