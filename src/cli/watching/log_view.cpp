#include "cli/watching/log_view.h"

#include <fmt/format.h>

#include "cli/terminal/local_time.h"

namespace weir::cli {
namespace {

using Ink = Terminal::Ink;

constexpr std::size_t collected_bytes_max = 64 * 1024;

bool is_task_or_element(const std::string& wanted, const std::string& task) {
  return task.starts_with(wanted) && (task.size() == wanted.size() || task[wanted.size()] == '[');
}

Ink ink_of_level(std::string_view level) {
  if (level == "error") return Ink::red;
  if (level == "warning") return Ink::yellow;
  return Ink::dim;
}

json view_of(const store::LogEntry& entry) {
  JsonObject view{{"at", to_millis(entry.line.at)}, {"level", entry.line.level}, {"text", entry.line.text}};
  if (entry.task != store::whole_run) {
    view["task"] = entry.task;
    view["attempt"] = entry.attempt;
  }
  return view;
}

}  // namespace

bool is_chosen(const LogChoice& choice, const store::LogEntry& entry) {
  if (entry.task == store::whole_run) return true;
  if (!choice.task.empty() && !is_task_or_element(choice.task, entry.task)) return false;
  if (choice.attempt != 0 && choice.attempt != entry.attempt) return false;
  return store::log_level_rank(entry.line.level).value_or(0) >= choice.level_rank;
}

std::string log_text(const LogChoice& choice, const Terminal& terminal, const store::LogEntry& entry) {
  if (terminal.as_json) return to_text(view_of(entry));
  std::string text;
  if (choice.with_time) {
    text = fmt::format("{} {} ", terminal.ink(Ink::dim, local_time_of_day(entry.line.at)),
                       terminal.ink(ink_of_level(entry.line.level), fmt::format("{:<7}", entry.line.level)));
  }
  if (entry.task == store::whole_run) return text + terminal.ink(Ink::yellow, "… " + entry.line.text);
  if (choice.several_tasks) {
    std::string attempt = entry.attempt > 1 ? fmt::format(" (attempt {})", entry.attempt) : "";
    text += terminal.ink(Ink::dim, fmt::format("{}{} │ ", entry.task, attempt));
  }
  return text + entry.line.text;
}

void LogView::show(const store::LogEntry& entry) {
  bool headings = !choice_.several_tasks && !terminal_.as_json && entry.task != store::whole_run;
  if (headings && entry.attempt != attempt_) show_heading(entry.attempt);
  collected_ += log_text(choice_, terminal_, entry);
  collected_ += '\n';
  if (collected_.size() >= collected_bytes_max) flush();
}

void LogView::show_heading(std::uint32_t attempt) {
  flush();
  attempt_ = attempt;
  if (choice_.attempt == 0) terminal_.say(terminal_.ink(Ink::dim, fmt::format("── attempt {}", attempt)));
}

void LogView::flush() {
  if (!collected_.empty()) terminal_.data_lines(collected_);
  collected_.clear();
}

}  // namespace weir::cli
