#include "workspace/jobs/drivers/driver_outcome.h"
#include "workspace/jobs/runner/runner.h"
#include "workspace/jobs/settings/condition.h"

namespace weir::workspace {

/// A task that steers has no driver. Whatever it has done so far can be read off its row, so that it is taken up again
/// by looking at it once more.
Result<void> Runner::advance_control(Run task) {
  if (task.life_cycle == LifeCycle::blocked) return {};
  switch (control_of(task.spec)) {
    case Control::condition:
      return decide_condition(std::move(task));
    case Control::run_job:
      return follow_call(std::move(task));
    case Control::for_each:
      return advance_loop(std::move(task));
    case Control::none:
      break;
  }
  return {};
}

/// nullopt when the job run was deleted meanwhile.
Result<std::optional<Runner::Surroundings>> Runner::surroundings_of(const Run& task) {
  auto job_run = runs_.find(task.job_run_id());
  if (!job_run) return std::unexpected(job_run.error());
  if (!*job_run) return std::nullopt;
  auto tasks = runs_.tasks_of((*job_run)->run_id);
  if (!tasks) return std::unexpected(tasks.error());
  return Surroundings{.job_run = std::move(**job_run), .tasks = std::move(*tasks)};
}

References Runner::references_for(const Run& task, const Surroundings& around) const {
  auto values_of = [this](std::int64_t task_run_id) { return read_values(folder_of(task_run_id)); };
  return references_of(world_.setting, around.job_run, around.tasks, task, values_of);
}

/// Where the tasks of a job run keep what they set for others, by key.
json Runner::folders_of(const Surroundings& around) const {
  JsonObject folders;
  for (const Run& task : around.tasks) folders[task.task_key] = folder_of(task.run_id).root.string();
  return folders;
}

Result<void> Runner::decide_condition(Run task) {
  if (task.stop != Stop::none) return end_task(std::move(task), ending_of(task.stop));
  auto around = surroundings_of(task);
  if (!around || !*around) return around ? Result<void>() : std::unexpected(around.error());
  if (auto recorded = record_start(task); !recorded) return recorded;

  auto resolved = resolve_task(task.spec, references_for(task, **around));
  if (!resolved) return end_task(std::move(task), misconfigured(resolved.error()));
  const json& asked = resolved->at("condition_task");
  std::string left = string_or(asked, "left", "");
  std::string right = string_or(asked, "right", "");
  auto outcome = compare(string_or(asked, "op", ""), left, right);
  if (!outcome) return end_task(std::move(task), misconfigured(outcome.error()));
  JsonObject& spec = task.spec.get_object();
  spec["condition_task"].get_object()["outcome"] = *outcome ? "true" : "false";
  spec["resolved_values"] = JsonObject{{"condition_task", JsonObject{{"left", left}, {"right", right}}}};
  return end_task(std::move(task), {});
}

}  // namespace weir::workspace
