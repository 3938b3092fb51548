#include "cli/watching/task_line.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/duration.h"
#include "cli/watching/state_look.h"
#include "cli/watching/tally.h"

namespace weir::cli {
namespace {

using core::TaskState;
using Ink = Terminal::Ink;

constexpr std::size_t trace_lines_max = 40;

/// "run 17  http://…" for a task whose attempt has a remote run.
std::string remote_text(const core::Run& run, core::TaskIndex task) {
  const json* remote = run.remote(task);
  if (!remote) return {};
  std::string text;
  if (auto id = find_int(*remote, "run_id")) text = fmt::format("run {}", *id);
  if (auto url = find_string(*remote, "run_page_url")) text += "  " + *url;
  return text;
}

using Parts = std::vector<std::string>;

/// Those that say something, two blanks apart.
std::string joined(const Parts& parts) {
  std::string text;
  for (const auto& part : parts) {
    if (!text.empty() && !part.empty()) text += "  ";
    text += part;
  }
  return text;
}

/// "retrying  attempt 3 in 4.2s": what is to be said beside the sign.
std::string notes_of(const core::Run& run, core::TaskIndex task, Instant now) {
  auto state = run.state(task);
  if (run.is_cached(task)) return "cached";
  std::string word(state == TaskState::succeeded ? "" : core::name_of(state));
  const auto* why = run.note(task);
  std::string attempt = run.attempts(task) > 1 ? fmt::format("attempt {}", run.attempts(task)) : "";
  if (auto due = run.retry_due(task)) {
    attempt =
        fmt::format("attempt {} in {}", run.attempts(task) + 1, to_text(std::max(Duration{0}, *due - now)));
  }
  return joined({word, why ? *why : "", attempt});
}

/// What stands beside the sign of a mapped task: its state unless it goes without saying, and its elements.
std::string mapped_text(const Terminal& terminal, const core::Run& run, const core::Stage& stage) {
  auto state = run.state(stage.head);
  std::string word(state == TaskState::running || state == TaskState::succeeded ? "" : core::name_of(state));
  if (!word.empty()) word = terminal.ink(ink_of(state), word);
  if (!stage.expanded) return word;
  auto counts = counts_of(stage);
  return joined({word, bar(counts), standouts(terminal, counts)});
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    auto end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

std::string task_line(const Terminal& terminal, const core::Run& run, core::TaskIndex task,
                      std::size_t key_width, Instant now) {
  auto state = run.state(task);
  auto started = run.task_started(task);
  std::string time = started ? to_text(run.task_ended(task).value_or(now) - *started) : "";
  std::string notes = notes_of(run, task, now);
  std::string remote = remote_text(run, task);
  std::string rest = run.is_mapped(task) ? mapped_text(terminal, run, run.stage(run.stage_of(task)))
                                         : joined({notes.empty() ? "" : terminal.ink(ink_of(state), notes),
                                                   remote.empty() ? "" : terminal.ink(Ink::dim, remote)});
  auto line = fmt::format("{} {:<{}}  {:>7}", state_sign(terminal, state), run.key(task), key_width, time);
  return joined({line, rest});
}

std::size_t key_width_of(const core::Run& run) {
  std::size_t width = 0;
  for (core::StageIndex i = 0; i < run.stage_count(); ++i) {
    width = std::max(width, run.stage(i).spec->key.size());
  }
  return std::min(width, key_width_max);
}

std::vector<core::TaskIndex> failed_elements(const core::Run& run, const core::Stage& stage,
                                             std::size_t max) {
  std::vector<core::TaskIndex> failed;
  if (stage.in(TaskState::failed) == 0) return failed;
  for (auto task = stage.first; task < stage.first + stage.count && failed.size() < max; ++task) {
    if (run.state(task) == TaskState::failed) failed.push_back(task);
  }
  return failed;
}

std::vector<std::string> failure_lines(const Terminal& terminal, const core::Failure& failure,
                                       std::span<const std::string> output) {
  auto lines = lines_of(failure.trace);
  bool shown = lines.size() <= output.size() && std::equal(lines.rbegin(), lines.rend(), output.rbegin());
  if (shown) lines.clear();
  if (lines.size() > trace_lines_max) lines.erase(lines.begin(), lines.end() - trace_lines_max);
  if (lines.empty() || lines.back() != failure.message) {
    lines.push_back(terminal.ink(Ink::red, failure.message));
  }
  if (auto hint = find_string(failure.detail, "hint"); hint && !hint->empty()) {
    lines.push_back(terminal.ink(Ink::blue, "help: ") + *hint);
  }
  return lines;
}

}  // namespace weir::cli
