#include "databricks/executor/ending.h"

#include <algorithm>

#include <fmt/format.h>

#include "databricks/executor/ended_task.h"

namespace weir::databricks {
namespace {

constexpr std::size_t printed_lines_max = 2000;  ///< of one task, from the end
constexpr std::size_t trace_lines_max = 40;      ///< over all tasks that failed, as many as a terminal shows
constexpr std::size_t last_words_max = 20;       ///< of one task among several
constexpr std::size_t task_trace_lines_min = 5;  ///< however many failed

std::vector<const EndedTask*> failed_of(const EndedRun& ended) {
  std::vector<const EndedTask*> failed;
  for (const auto& task : ended.tasks)
    if (has_failed(task)) failed.push_back(&task);
  return failed;
}

std::string failed_message(const EndedRun& ended, const RunOutcome& outcome) {
  auto failed = failed_of(ended);
  if (failed.empty())
    return outcome.message.empty() ? fmt::format("the run ended {}", outcome.state) : outcome.message;
  if (ended.tasks.size() == 1) return why_failed(*failed.front());
  std::string others;
  for (std::size_t i = 1; i < failed.size(); ++i) others += (i > 1 ? ", " : "") + failed[i]->key;
  return fmt::format("task '{}': {}{}", failed.front()->key, why_failed(*failed.front()),
                     others.empty() ? "" : fmt::format(" (failed too: {})", others));
}

/// What it printed last, when that was told while others printed too.
std::string last_words(const EndedTask& task, std::size_t tasks) {
  std::string text;
  if (!task.is_told || tasks == 1) return text;
  for (const auto& line : last_lines(printed_by(task), last_words_max))
    text += task.key + " | " + line + "\n";
  return text;
}

/// Of several tasks each has its own heading.
std::string failed_trace(const EndedRun& ended) {
  auto failed = failed_of(ended);
  if (failed.empty()) return "";
  if (failed.size() == 1)
    return last_words(*failed.front(), ended.tasks.size()) + trace_of(*failed.front(), trace_lines_max);
  auto lines_max = std::max(task_trace_lines_min, trace_lines_max / failed.size());
  std::string text;
  for (const EndedTask* task : failed) {
    auto trace = trace_of(*task, lines_max);
    if (!trace.empty() && !trace.ends_with('\n')) trace += '\n';
    text += fmt::format("task '{}' failed: {}\n{}", task->key, why_failed(*task), trace);
  }
  return text;
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

/// The code of the first task that failed says more than the run's; retry_on can name it.
json detail_of(const EndedRun& ended, const RunOutcome& outcome) {
  JsonArray failed;
  std::string code = outcome.termination_code;
  for (const EndedTask* task : failed_of(ended)) {
    const auto& own = task->outcome.termination_code;
    if (failed.empty() && !own.empty()) code = own;
    failed.push_back(failure_detail(*task));
  }
  JsonObject detail{{"run_id", int_or(ended.run, "run_id", 0)},
                    {"job_id", int_or(ended.run, "job_id", 0)},
                    {"run_page_url", string_or(ended.run, "run_page_url", "")},
                    {"state", outcome.state},
                    {"termination_code", code},
                    {"failed_tasks", std::move(failed)}};
  if (auto page = string_or(ended.run, "run_page_url", ""); !page.empty()) detail["hint"] = "see " + page;
  return detail;
}

/// The run's code says why the run ended; the tasks' codes say whether another try can help.
bool is_retryable(const EndedRun& ended, const RunOutcome& outcome) {
  bool tasks_allow =
      std::ranges::all_of(failed_of(ended), [](const EndedTask* task) { return task->outcome.retryable; });
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
  failure.trace = failed_trace(ended);
  failure.detail = detail_of(ended, outcome);
  failure.retryable = is_retryable(ended, outcome);
  return failure;
}

std::vector<std::string> printed_lines(const EndedRun& ended) {
  std::vector<std::string> all;
  for (bool failed : {false, true}) {
    for (const auto& task : ended.tasks) {
      if (task.is_told || has_failed(task) != failed) continue;
      auto mark = ended.tasks.size() > 1 ? task.key + " | " : std::string();
      for (auto& line : last_lines(printed_by(task), printed_lines_max)) all.push_back(mark + line);
    }
  }
  return all;
}

std::string failed_tasks(const EndedRun& ended) {
  std::string keys;
  for (const EndedTask* task : failed_of(ended)) keys += (keys.empty() ? "" : ", ") + task->key;
  return keys;
}

}  // namespace weir::databricks
