#include "databricks/executor/ending.h"

#include <algorithm>

#include <fmt/format.h>

namespace weir::databricks {
namespace {

constexpr std::size_t printed_lines_max = 2000;  ///< of one task, from the end
constexpr std::size_t trace_lines_max = 30;      ///< of output, where there is no stack trace

bool has_failed(const EndedTask& task) {
  using enum Ending;
  return task.outcome.ending == failed || task.outcome.ending == timed_out ||
         task.outcome.ending == cancelled;
}

const EndedTask* first_failed(const EndedRun& ended) {
  auto found = std::ranges::find_if(ended.tasks, has_failed);
  return found == ended.tasks.end() ? nullptr : &*found;
}

json result_of(const EndedTask& task) {
  const json* notebook = find(task.output, "notebook_output");
  const json* result = notebook ? find(*notebook, "result") : nullptr;
  return result ? *result : json(nullptr);
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

std::string why_failed(const EndedTask& task) {
  if (auto error = find_string(task.output, "error"); error && !error->empty()) return *error;
  return task.outcome.message.empty() ? task.outcome.state : task.outcome.message;
}

std::string trace_of(const EndedTask& task) {
  if (auto trace = find_string(task.output, "error_trace"); trace && !trace->empty()) return *trace;
  std::string text;
  for (const auto& line : last_lines(string_or(task.output, "logs", ""), trace_lines_max))
    text += line + "\n";
  return text;
}

std::string failed_message(const EndedRun& ended, const RunOutcome& outcome) {
  const EndedTask* task = first_failed(ended);
  if (!task)
    return outcome.message.empty() ? fmt::format("the run ended {}", outcome.state) : outcome.message;
  if (ended.tasks.size() == 1) return why_failed(*task);
  auto others = std::ranges::count_if(ended.tasks, has_failed) - 1;
  return fmt::format("task '{}': {}{}", task->key, why_failed(*task),
                     others > 0 ? fmt::format(" (and {} more)", others) : "");
}

std::string message_of(const EndedRun& ended, const RunOutcome& outcome) {
  auto because = outcome.message.empty() ? "" : ": " + outcome.message;
  switch (outcome.ending) {
    case Ending::cancelled:
      return "the run was cancelled in the workspace" + because;
    case Ending::timed_out:
      return "the run exceeded its timeout in the workspace" + because;
    case Ending::skipped:
      return fmt::format("the workspace skipped the run ({}){}", outcome.state, because);
    case Ending::failed:
    case Ending::succeeded:
    case Ending::succeeded_with_failures:
      return failed_message(ended, outcome);
  }
  return failed_message(ended, outcome);
}

json detail_of(const EndedRun& ended, const RunOutcome& outcome) {
  JsonArray failed;
  for (const auto& task : ended.tasks) {
    if (!has_failed(task)) continue;
    failed.push_back({{"task_key", task.key},
                      {"run_id", task.run_id},
                      {"state", task.outcome.state},
                      {"error", why_failed(task)}});
  }
  return {{"run_id", int_or(ended.run, "run_id", 0)},
          {"job_id", int_or(ended.run, "job_id", 0)},
          {"run_page_url", string_or(ended.run, "run_page_url", "")},
          {"state", outcome.state},
          {"termination_code", outcome.termination_code},
          {"failed_tasks", std::move(failed)}};
}

/// The run's code says why the run ended; the tasks' codes say whether another try can help.
bool is_retryable(const EndedRun& ended, const RunOutcome& outcome) {
  bool tasks_allow = std::ranges::all_of(
      ended.tasks, [](const EndedTask& task) { return !has_failed(task) || task.outcome.retryable; });
  return outcome.ending != Ending::cancelled && outcome.retryable && tasks_allow;
}

}  // namespace

json value_of(const EndedRun& ended) {
  json value = {{"run_id", int_or(ended.run, "run_id", 0)},
                {"job_id", int_or(ended.run, "job_id", 0)},
                {"run_page_url", string_or(ended.run, "run_page_url", "")},
                {"state", outcome_of(ended.run).value_or(RunOutcome{}).state},
                {"result", ended.tasks.size() == 1 ? result_of(ended.tasks.front()) : json(nullptr)}};
  if (ended.tasks.size() == 1) return value;
  JsonObject tasks;
  for (const auto& task : ended.tasks) {
    tasks[task.key] = {{"run_id", task.run_id}, {"state", task.outcome.state}, {"result", result_of(task)}};
  }
  value.get_object()["tasks"] = std::move(tasks);
  return value;
}

runtime::Failure failure_of(const EndedRun& ended) {
  auto outcome = outcome_of(ended.run).value_or(RunOutcome{});
  runtime::Failure failure;
  failure.why =
      outcome.ending == Ending::timed_out ? runtime::Failure::Why::timeout : runtime::Failure::Why::error;
  failure.message = message_of(ended, outcome);
  if (const EndedTask* task = first_failed(ended)) failure.trace = trace_of(*task);
  failure.detail = detail_of(ended, outcome);
  failure.retryable = is_retryable(ended, outcome);
  return failure;
}

std::vector<std::string> printed_lines(const EndedRun& ended) {
  std::vector<std::string> all;
  for (const auto& task : ended.tasks) {
    auto mark = ended.tasks.size() > 1 ? task.key + " | " : std::string();
    for (auto& line : last_lines(string_or(task.output, "logs", ""), printed_lines_max))
      all.push_back(mark + line);
  }
  return all;
}

std::string failed_tasks(const EndedRun& ended) {
  std::string keys;
  for (const auto& task : ended.tasks) {
    if (has_failed(task)) keys += (keys.empty() ? "" : ", ") + task.key;
  }
  return keys;
}

}  // namespace weir::databricks
