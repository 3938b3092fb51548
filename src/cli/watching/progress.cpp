#include "cli/watching/progress.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/duration.h"
#include "cli/watching/state_look.h"
#include "cli/watching/tally.h"
#include "cli/watching/task_line.h"

namespace weir::cli {
namespace {

using core::TaskState;
using Ink = Terminal::Ink;

constexpr std::size_t moving_lines_max = 12;
constexpr std::size_t tasks_said_max = 300;    ///< lines of tasks that ended or try again
constexpr std::size_t failures_said_max = 50;  ///< … of those that failed, which come with their output
constexpr std::size_t failed_elements_said_max = 20;  ///< of one mapped task
constexpr std::size_t outputs_max = 1000;             ///< tasks whose output is kept until they end

}  // namespace

void Progress::begin(const core::Run& run, const std::string& doing, const std::string& page) {
  const auto& about = run.about();
  key_width_ = key_width_of(run);
  terminal_.say(fmt::format("{} {} · run {}", doing, terminal_.ink(Ink::bold, about.flow),
                            terminal_.ink(Ink::bold, about.name)));
  if (!page.empty()) terminal_.say(terminal_.ink(Ink::dim, page));
  note_all(run);
  for (core::StageIndex i = 0; i < run.stage_count(); ++i) {
    auto task = run.stage(i).head;
    if (is_terminal(run.state(task)) && may_say(run, run.state(task))) {
      terminal_.say(task_line(terminal_, run, task, key_width_, run.started()));
    }
  }
}

void Progress::end(const core::Run& run, const std::string& program) {
  const auto& about = run.about();
  moving_.erase();
  if (run.body_error()) terminal_.say(terminal_.ink(Ink::red, run.body_error()->message));
  if (tasks_said_ > tasks_said_max) {
    auto counts = counts_of(run);
    terminal_.say(fmt::format("tasks {}  {}", bar(counts), standouts(terminal_, counts)));
  }
  auto took = run.finished().value_or(run.started()) - run.started();
  terminal_.say(fmt::format("{} {} in {}", about.flow, state_word(terminal_, run.state()), to_text(took)));
  terminal_.say(terminal_.ink(
      Ink::dim, fmt::format("next: {0} runs show {1} · {0} runs logs {1} TASK", program, about.name)));
}

void Progress::on_event(const core::Run& run, const core::Event& event) {
  std::visit(
      [&](const auto& fact) {
        using T = std::decay_t<decltype(fact)>;
        if constexpr (std::is_same_v<T, core::TaskAdded>) {
          key_width_ = std::max(key_width_, std::min(fact.spec->key.size(), key_width_max));
        }
        if constexpr (requires { fact.task; }) note(run, fact.task);
        if constexpr (std::is_same_v<T, core::AttemptFailed>) {
          if (fact.retry_at) show_retry(run, fact, event.at);
        }
        if constexpr (std::is_same_v<T, core::RunReopened>) note_all(run);
        if constexpr (std::is_same_v<T, core::TaskChanged>) show_change(run, fact);
      },
      event.fact);
  show_events_of_the_run(event);
  auto [first, count] = core::ended_tasks(event.fact);
  for (auto task = first; task < first + count; ++task) {
    note(run, task);
    show_end(run, task, event.at);
  }
}

void Progress::show_change(const core::Run& run, const core::TaskChanged& fact) {
  using Why = core::TaskChanged::Why;
  if (fact.why == Why::policy) return;
  note_all(run);
  auto text = fact.why == Why::inputs
                  ? fmt::format("inputs of '{}' changed: it runs again", fact.spec->key)
                  : fmt::format("the stored result of '{}' is gone: it runs again", fact.spec->key);
  say(terminal_.ink(Ink::yellow, "↻ " + text));
}

void Progress::show_events_of_the_run(const core::Event& event) {
  if (const auto* cancel = std::get_if<core::CancelRequested>(&event.fact)) {
    bool by_time = cancel->reason == core::CancelRequested::Reason::timeout;
    say(terminal_.ink(Ink::yellow, fmt::format("■ {}cancelling: waiting for what is under way to end",
                                               by_time ? "the run's time is over; " : "")));
  } else if (std::holds_alternative<core::RunPaused>(event.fact)) {
    say(terminal_.ink(Ink::yellow, "‖ paused: what is under way goes on, nothing more is started"));
  } else if (std::holds_alternative<core::RunUnpaused>(event.fact)) {
    say(terminal_.ink(Ink::blue, "● going on"));
  }
}

/// Elements stay out: the line of their mapped task moves for all of them.
void Progress::note(const core::Run& run, core::TaskIndex task) {
  auto state = run.state(task);
  bool moves = state == TaskState::running || state == TaskState::retrying;
  if (moves && run.is_head(task)) {
    under_way_.insert(task);
  } else {
    under_way_.erase(task);
  }
}

void Progress::note_all(const core::Run& run) {
  for (core::StageIndex i = 0; i < run.stage_count(); ++i) note(run, run.stage(i).head);
}

void Progress::on_output(core::TaskIndex task, OutputTail output) {
  if (!quiet_ && (output_.size() < outputs_max || output_.contains(task))) output_[task] = std::move(output);
}

void Progress::on_output(core::TaskIndex task, const std::string& level, const std::string& line) {
  if (quiet_ || level == "debug") return;
  if (output_.size() < outputs_max || output_.contains(task)) output_[task].add(line);
}

/// Counts a line about a task, and says so when there have been too many.
bool Progress::may_say(const core::Run& run, TaskState state) {
  if (state == TaskState::failed && failures_said_++ < failures_said_max) return true;
  if (tasks_said_ > tasks_said_max) return false;
  if (++tasks_said_ <= tasks_said_max) return true;
  say(terminal_.ink(Ink::dim,
                    fmt::format("… further tasks are counted, not listed; for all of them: weir runs show {}",
                                run.about().name)));
  return false;
}

/// True for elements of mapped tasks, but for the first of each that failed.
bool Progress::is_counted_only(const core::Run& run, core::TaskIndex task) {
  if (run.is_head(task)) return false;
  if (run.state(task) != TaskState::failed) return true;
  return failed_elements_said_[run.stage_of(task)]++ >= failed_elements_said_max;
}

void Progress::show_end(const core::Run& run, core::TaskIndex task, Instant now) {
  auto found = output_.extract(task);
  if (is_counted_only(run, task) || !may_say(run, run.state(task))) return;
  auto output = found ? std::move(found.mapped()) : OutputTail{};
  say(task_line(terminal_, run, task, key_width_, now));
  show_output(output);
  if (run.state(task) == TaskState::failed) show_failure(run, task, output);
}

void Progress::show_failure(const core::Run& run, core::TaskIndex task, const OutputTail& output) {
  const auto* failure = run.failure(task);
  if (!failure) return;
  for (const auto& line : failure_lines(terminal_, *failure, output.lines)) say_output(line);
}

void Progress::show_retry(const core::Run& run, const core::AttemptFailed& fact, Instant now) {
  if (!run.is_head(fact.task) || !may_say(run, TaskState::retrying)) return;
  say(fmt::format("{} {:<{}}  {}; attempt {} in {}", state_sign(terminal_, TaskState::retrying),
                  run.key(fact.task), key_width_, fact.failure.message, fact.number + 1,
                  to_text(*fact.retry_at - now)));
}

void Progress::show_output(const OutputTail& output) {
  if (output.dropped > 0) {
    say_output(terminal_.ink(Ink::dim, fmt::format("… {} lines before, see runs logs", output.dropped)));
  }
  for (const auto& line : output.lines) say_output(line);
}

void Progress::say_output(std::string_view line) {
  terminal_.say(terminal_.ink(Ink::dim, "  │ ") + std::string(line));
}

void Progress::print(const std::string& lines) {
  moving_.erase();
  terminal_.as_json ? terminal_.say(lines) : terminal_.data_lines(lines + "\n");
}

void Progress::say(const std::string& line) {
  moving_.erase();
  terminal_.say(line);
}

void Progress::tick(const core::Run& run, Instant now) {
  if (!terminal_.is_interactive()) return;
  std::vector<std::string> lines;
  if (run.is_paused()) lines.push_back(terminal_.ink(Ink::yellow, "‖ paused"));
  if (run.stage_count() > moving_lines_max) {
    auto counts = counts_of(run);
    lines.push_back(fmt::format("tasks {}  {}", bar(counts), standouts(terminal_, counts)));
  }
  for (core::TaskIndex task : under_way_) {
    if (lines.size() == moving_lines_max) break;
    lines.push_back(task_line(terminal_, run, task, key_width_, now));
  }
  moving_.draw(lines);
}

}  // namespace weir::cli
