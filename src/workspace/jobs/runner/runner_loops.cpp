// Tasks that repeat another one: each iteration is a run of its own below the task's run.
#include <algorithm>

#include <fmt/format.h>

#include "databricks/wire/limits.h"
#include "workspace/jobs/plan/loop_plan.h"
#include "workspace/jobs/runner/runner.h"

namespace weir::workspace {
namespace {

std::expected<JsonArray, std::string> elements_of(const json& task) {
  std::string text = string_or(task.at("for_each_task"), "inputs", "");
  auto elements = parse_json(text);
  if (!elements || !elements->is_array())
    return std::unexpected(fmt::format("for_each_task.inputs must be a JSON array, not '{}'.", text));
  if (elements->get_array().size() > databricks::for_each_iterations_max)
    return std::unexpected(fmt::format("for_each_task.inputs has {} elements; the limit is {}.",
                                       elements->get_array().size(), databricks::for_each_iterations_max));
  return std::move(elements->get_array());
}

Run iteration_of(const Run& loop, const LoopInput& input, std::int64_t position, std::int64_t now_ms) {
  const json& repeated = loop.spec.at("for_each_task").at("task");
  std::string key = string_or(repeated, "task_key", "");
  return {.parent_id = loop.run_id,
          .job_id = loop.job_id,
          .run_type = loop.run_type,
          .name = key,
          .task_key = key,
          .loop_of_id = loop.parent_id,
          .iteration = position,
          .input = to_text(input.elements.at(static_cast<std::size_t>(position))),
          .spec = repeated,
          .created_ms = now_ms};
}

}  // namespace

Result<void> Runner::advance_loop(Run loop) {
  bool is_open = loop.life_cycle == LifeCycle::running || loop.life_cycle == LifeCycle::terminating;
  if (!is_open) return loop.stop == Stop::none ? open_loop(std::move(loop)) : Result<void>();
  auto iterations = runs_.tasks_of(loop.run_id);
  if (!iterations) return std::unexpected(iterations.error());
  if (loop.stop != Stop::none)
    if (auto stopped = stop_iterations(*iterations, loop.stop); !stopped) return stopped;
  LoopPlan next = plan_loop(loop, *iterations);
  loop.spec.at("for_each_task").get_object()["stats"] = next.stats;
  if (next.ending) return end_task(std::move(loop), std::move(*next.ending));
  auto begun = begin_iterations(loop, next.start);
  if (!begun) return std::unexpected(begun.error());
  for (const auto* runs : {&*iterations, &*begun})
    for (const Run& run : *runs) enqueue(run);
  start_ready();
  return {};
}

/// The inputs are read once. A further attempt with the same ones leaves out what was done before; an attempt that ended
/// before it was opened says nothing of that.
Result<void> Runner::open_loop(Run loop) {
  auto around = surroundings_of(loop);
  if (!around || !*around) return around ? Result<void>() : std::unexpected(around.error());
  auto resolved = resolve_task(loop.spec, references_for(loop, **around));
  if (!resolved) return end_task(std::move(loop), misconfigured(resolved.error()));
  auto elements = elements_of(*resolved);
  if (!elements) return end_task(std::move(loop), misconfigured(elements.error()));
  LoopInput input{.elements = std::move(*elements)};
  for (const Run& earlier : (*around)->tasks) {
    if (earlier.task_key != loop.task_key || earlier.run_id >= loop.run_id) continue;
    if (earlier.input.empty()) continue;
    auto iterations = runs_.tasks_of(earlier.run_id);
    if (!iterations) return std::unexpected(iterations.error());
    bool is_same = read_loop_input(earlier).elements == input.elements;
    input.done = is_same ? done_in(earlier, *iterations) : std::vector<std::int64_t>();
  }
  loop.input = write_loop_input(input);
  if (auto recorded = record_start(loop); !recorded) return recorded;
  arm_timeout(loop);
  return advance_loop(std::move(loop));
}

Result<std::vector<Run>> Runner::begin_iterations(const Run& loop,
                                                  const std::vector<std::int64_t>& positions) {
  std::vector<Run> begun;
  LoopInput input = read_loop_input(loop);
  auto transaction = state_.begin();
  if (!transaction) return std::unexpected(transaction.error());
  if (auto updated = runs_.update(loop); !updated) return std::unexpected(updated.error());
  for (std::int64_t position : positions) {
    begun.push_back(iteration_of(loop, input, position, now_ms()));
    auto id = runs_.insert(begun.back());
    if (!id) return std::unexpected(id.error());
    begun.back().run_id = *id;
  }
  auto committed = transaction->commit();
  if (!committed) return std::unexpected(committed.error());
  return begun;
}

Result<void> Runner::stop_iterations(std::vector<Run>& iterations, Stop why) {
  for (Run& run : iterations) {
    if (run.has_ended() || run.stop != Stop::none) continue;
    if (auto stopped = stop_task(run, why); !stopped) return stopped;
    auto now = runs_.find(run.run_id);
    if (!now) return std::unexpected(now.error());
    if (*now) run = std::move(**now);
  }
  return {};
}

}  // namespace weir::workspace
