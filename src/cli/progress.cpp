#include "cli/progress.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/duration.h"

namespace weir::cli {
namespace {

using core::TaskState;
using Ink = Terminal::Ink;

constexpr std::size_t output_lines_max = 30;  ///< shown of one attempt; the log has them all
constexpr std::size_t trace_lines_max = 40;
constexpr std::size_t moving_lines_max = 12;
constexpr std::size_t key_width_max = 40;

Ink ink_of(TaskState state) {
  switch (state) {
    case TaskState::succeeded:
      return Ink::green;
    case TaskState::failed:
      return Ink::red;
    case TaskState::running:
      return Ink::blue;
    case TaskState::retrying:
    case TaskState::cancelled:
    case TaskState::upstream_failed:
      return Ink::yellow;
    case TaskState::pending:
    case TaskState::skipped:
      return Ink::dim;
  }
  return Ink::plain;
}

std::string_view sign_of(TaskState state) {
  switch (state) {
    case TaskState::pending:
      return "·";
    case TaskState::running:
      return "●";
    case TaskState::retrying:
      return "↻";
    case TaskState::succeeded:
      return "✓";
    case TaskState::failed:
      return "✗";
    case TaskState::upstream_failed:
      return "⊘";
    case TaskState::skipped:
      return "–";
    case TaskState::cancelled:
      return "■";
  }
  return " ";
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// "run 17  http://…" for a task whose attempt has a remote run.
std::string remote_text(const core::Run& run, core::TaskIndex task) {
  const json* remote = run.remote(task);
  if (!remote) return {};
  std::string text;
  if (auto id = find_int(*remote, "run_id")) text = fmt::format("run {}", *id);
  if (auto url = find_string(*remote, "run_page_url")) text += "  " + *url;
  return text;
}

}  // namespace

std::string state_sign(const Terminal& terminal, TaskState state) {
  return terminal.ink(ink_of(state), sign_of(state));
}

std::string state_word(const Terminal& terminal, core::RunState state) {
  Ink ink = state == core::RunState::succeeded ? Ink::green
            : state == core::RunState::failed  ? Ink::red
            : state == core::RunState::running ? Ink::blue
                                               : Ink::yellow;
  return terminal.ink(ink, core::name_of(state));
}

std::string task_line(const Terminal& terminal, const core::Run& run, core::TaskIndex task,
                      std::size_t key_width, Instant now) {
  auto state = run.state(task);
  auto started = run.task_started(task);
  std::string time = started ? to_text(run.task_ended(task).value_or(now) - *started) : "";
  std::string notes;
  if (state != TaskState::succeeded) notes += std::string(core::name_of(state)) + "  ";
  if (run.attempts(task) > 1) notes += fmt::format("attempt {}  ", run.attempts(task));
  return fmt::format("{} {:<{}}  {:>7}  {}{}", state_sign(terminal, state), run.spec(task).key, key_width,
                     time, terminal.ink(ink_of(state), notes),
                     terminal.ink(Ink::dim, remote_text(run, task)));
}

std::size_t key_width_of(const core::Run& run) {
  std::size_t width = 0;
  for (core::TaskIndex task = 0; task < run.size(); ++task)
    width = std::max(width, run.spec(task).key.size());
  return std::min(width, key_width_max);
}

void Progress::begin(const core::Run& run, const std::string& page, bool resumed) {
  const auto& about = run.about();
  key_width_ = key_width_of(run);
  terminal_.say(fmt::format("{} {} · run {}", resumed ? "resuming" : "running",
                            terminal_.ink(Ink::bold, about.flow), terminal_.ink(Ink::bold, about.name)));
  if (!page.empty()) terminal_.say(terminal_.ink(Ink::dim, page));
  if (!resumed) return;
  for (core::TaskIndex task = 0; task < run.size(); ++task) {
    if (is_terminal(run.state(task)))
      terminal_.say(task_line(terminal_, run, task, key_width_, run.started()));
  }
}

void Progress::end(const core::Run& run, const std::string& program) {
  const auto& about = run.about();
  erase_moving();
  if (run.body_error()) terminal_.say(terminal_.ink(Ink::red, run.body_error()->message));
  auto took = run.finished().value_or(run.started()) - run.started();
  terminal_.say(fmt::format("{} {} in {}", about.flow, state_word(terminal_, run.state()), to_text(took)));
  terminal_.say(terminal_.ink(
      Ink::dim, fmt::format("next: {0} runs show {1} · {0} runs logs {1} TASK", program, about.name)));
}

void Progress::on_event(runtime::RunSlot, const core::Run& run, const core::Event& event) {
  std::visit(
      [&](const auto& fact) {
        using T = std::decay_t<decltype(fact)>;
        if constexpr (std::is_same_v<T, core::TaskAdded>) {
          key_width_ = std::max(key_width_, std::min(fact.spec.key.size(), key_width_max));
        }
        if constexpr (requires { fact.task; }) note(run, fact.task);
        if constexpr (std::is_same_v<T, core::AttemptFailed>) {
          if (fact.retry_at) {
            say(fmt::format("{} {}  {}; next attempt in {}", state_sign(terminal_, TaskState::retrying),
                            run.spec(fact.task).key, fact.failure.message,
                            to_text(*fact.retry_at - event.at)));
          }
        }
      },
      event.fact);
  if (auto ended = core::ended_task(event.fact)) task_ended(run, *ended);
  draw_moving(run, event.at);
}

void Progress::note(const core::Run& run, core::TaskIndex task) {
  auto state = run.state(task);
  if (state == TaskState::running || state == TaskState::retrying) {
    under_way_.insert(task);
  } else {
    under_way_.erase(task);
  }
}

void Progress::on_log(runtime::RunSlot, const core::Run&, core::TaskIndex task, const store::LogLine& line) {
  if (quiet_ || line.level == "debug") return;
  auto& lines = output_[task];
  if (lines.size() == output_lines_max) {
    lines.erase(lines.begin());
    ++dropped_[task];
  }
  lines.push_back(line.text);
}

void Progress::task_ended(const core::Run& run, core::TaskIndex task) {
  erase_moving();
  terminal_.say(task_line(terminal_, run, task, key_width_, run.started()));
  if (auto dropped = dropped_.find(task); dropped != dropped_.end()) {
    say_output(terminal_.ink(Ink::dim, fmt::format("… {} lines before, see runs logs", dropped->second)));
  }
  for (const auto& line : output_[task]) say_output(line);
  if (run.state(task) == TaskState::failed) show_failure(*run.failure(task), output_[task]);
  output_.erase(task);
  dropped_.erase(task);
}

/// The trace, unless the output just above ends with it, and the message, unless the trace does.
void Progress::show_failure(const core::Failure& failure, const std::vector<std::string>& output) {
  auto trace = lines_of(failure.trace);
  bool shown = trace.size() <= output.size() && std::equal(trace.rbegin(), trace.rend(), output.rbegin());
  if (shown) trace.clear();
  for (std::size_t i = trace.size() > trace_lines_max ? trace.size() - trace_lines_max : 0; i < trace.size();
       ++i) {
    say_output(trace[i]);
  }
  bool said = !trace.empty() && trace.back() == failure.message;
  if (!said) say_output(terminal_.ink(Ink::red, failure.message));
  if (auto hint = find_string(failure.detail, "hint"); hint && !hint->empty()) {
    say_output(terminal_.ink(Ink::blue, "help: ") + *hint);
  }
}

void Progress::say_output(std::string_view line) {
  terminal_.say(terminal_.ink(Ink::dim, "  │ ") + std::string(line));
}

void Progress::say(const std::string& line) {
  erase_moving();
  terminal_.say(line);
}

void Progress::tick(const core::Run& run, Instant now) { draw_moving(run, now); }

void Progress::erase_moving() {
  if (moving_ == 0) return;
  terminal_.control(fmt::format("\r\033[{}A\033[J", moving_));
  moving_ = 0;
}

void Progress::draw_moving(const core::Run& run, Instant now) {
  if (!terminal_.is_interactive()) return;
  erase_moving();
  for (core::TaskIndex task : under_way_) {
    if (moving_ == moving_lines_max) return;
    terminal_.say(terminal_.fit(task_line(terminal_, run, task, key_width_, now)));
    ++moving_;
  }
}

}  // namespace weir::cli
