#include "core/outcome.h"

#include <fmt/format.h>

namespace weir::core {
namespace {

std::string why_elements_failed(const Run& run, const Stage& stage) {
  std::size_t failed = 0;
  const Failure* first = nullptr;
  for (TaskIndex task = stage.first; task < stage.first + stage.count; ++task) {
    bool fine = run.state(task) == TaskState::succeeded || run.state(task) == TaskState::skipped;
    if (!fine) ++failed;
    if (!fine && !first) first = run.failure(task);
  }
  return fmt::format("{} of {} items did not succeed{}{}", failed, stage.count, first ? ", the first: " : "",
                     first ? first->message : "");
}

}  // namespace

std::string why_no_result(const Run& run, TaskIndex task) {
  if (const auto* failure = run.failure(task)) return failure->message;
  const auto& stage = run.stage(run.stage_of(task));
  bool failed = run.state(task) == TaskState::failed;
  if (failed && run.is_head(task) && stage.expanded) return why_elements_failed(run, stage);
  std::string name(name_of(run.state(task)));
  const auto* note = run.note(task);
  return note ? fmt::format("{}: {}", name, *note) : name;
}

}  // namespace weir::core
