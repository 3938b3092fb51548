#include "databricks/executor/ended_task.h"

#include <algorithm>

#include <fmt/format.h>

namespace weir::databricks {
namespace {

constexpr std::size_t detail_lines_max = 30;  ///< of its trace and of its output, in a history

/// A user's own error needs no code in front of it.
constexpr std::string_view users_code = "RUN_EXECUTION_ERROR";

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

}  // namespace

bool has_failed(const EndedTask& task) {
  using enum Ending;
  return task.outcome.ending == failed || task.outcome.ending == timed_out ||
         task.outcome.ending == cancelled;
}

std::string why_failed(const EndedTask& task) {
  const auto& code = task.outcome.termination_code;
  std::string why = string_or(task.output, "error", "");
  if (why.empty()) why = task.outcome.message.empty() ? task.outcome.state : task.outcome.message;
  bool says_enough = code.empty() || code == users_code || why.contains(code);
  return says_enough ? why : fmt::format("{}: {}", code, why);
}

std::string trace_of(const EndedTask& task, std::size_t lines_max) {
  auto trace = string_or(task.output, "error_trace", "");
  if (trace.empty()) return joined(last_lines(printed_by(task), lines_max));
  auto lines = last_lines(trace, lines_max);
  return lines.size() < lines_max ? trace : joined(lines);
}

std::vector<std::string> last_lines(std::string_view text, std::size_t lines_max) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    auto end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (lines.size() <= lines_max) return lines;
  auto left_out = lines.size() - lines_max;
  lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(lines_max));
  lines.insert(lines.begin(), fmt::format("… {} lines before", left_out));
  return lines;
}

std::string printed_by(const EndedTask& task) { return string_or(task.output, "logs", ""); }

json result_of(const EndedTask& task) {
  const json* notebook = find(task.output, "notebook_output");
  const json* result = notebook ? find(*notebook, "result") : nullptr;
  return result ? *result : json(nullptr);
}

json failure_detail(const EndedTask& task) {
  JsonObject detail{{"task_key", task.key},
                    {"run_id", task.run_id},
                    {"run_page_url", task.run_page_url},
                    {"state", task.outcome.state},
                    {"termination_code", task.outcome.termination_code},
                    {"error", why_failed(task)}};
  if (auto trace = string_or(task.output, "error_trace", ""); !trace.empty())
    detail["error_trace"] = joined(last_lines(trace, detail_lines_max));
  if (auto printed = printed_by(task); !printed.empty())
    detail["output"] = joined(last_lines(printed, detail_lines_max));
  return detail;
}

}  // namespace weir::databricks
