// Runs of jobs that nobody asked for by hand: those of a schedule, and those of tasks that run a job, start a run of it,
// follow it to its end, and take it along when they are ended.
#include <algorithm>

#include <fmt/format.h>

#include "workspace/jobs/plan/admission.h"
#include "workspace/jobs/plan/job_calls.h"
#include "workspace/jobs/runner/runner.h"

namespace weir::workspace {
namespace {

Ending ending_of_call(const Run& task, const Run& called) {
  if (task.stop != Stop::none) return ending_of(task.stop);
  if (called.result == ResultState::success || called.result == ResultState::success_with_failures) return {};
  std::string message = fmt::format("Run {} of job {} ended as {}", called.run_id, called.job_id,
                                    databricks::name_of(called.result));
  message += called.message.empty() ? "." : ": " + called.message;
  bool was_cancelled = called.result == ResultState::cancelled;
  return {.result = was_cancelled ? ResultState::cancelled : ResultState::failed,
          .termination = called.termination,
          .message = std::move(message)};
}

/// What the task says of the run, as run-now takes it. The parameters of the caller's job that the called one has too are
/// handed down, and win.
JsonObject fields_of_call(const json& asked, const JsonObject& called_settings,
                          const References& references) {
  JsonObject fields = asked.get_object();
  fields.erase("job_id");
  const json* defined = called_settings.if_contains("parameters");
  if (!defined || !defined->is_array()) return fields;
  for (const json& one : defined->get_array()) {
    std::string name = string_or(one, "name", "");
    auto handed = references.find("job.parameters." + name);
    if (handed == references.end()) continue;
    json& given = fields["job_parameters"];
    if (!given.is_object()) given = JsonObject{};
    given.get_object()[name] = handed->second;
  }
  return fields;
}

}  // namespace

/// The run that was started may be there although the row of the task does not say so yet: the server was killed between
/// the two.
Result<void> Runner::follow_call(Run task) {
  auto called = runs_.called_by(task.run_id);
  if (!called) return std::unexpected(called.error());
  if (!*called)
    return task.stop == Stop::none ? call_job(std::move(task))
                                   : end_task(std::move(task), ending_of(task.stop));
  if (task.started_ms == 0) {
    if (auto recorded = record_start(task); !recorded) return recorded;
    arm_timeout(task);
  }
  if ((*called)->has_ended()) return end_task(std::move(task), ending_of_call(task, **called));
  bool to_stop = task.stop != Stop::none && (*called)->stop == Stop::none;
  return to_stop ? stop_run(std::move(**called), Stop::cancel) : Result<void>();
}

Result<void> Runner::call_job(Run task) {
  auto around = surroundings_of(task);
  if (!around || !*around) return around ? Result<void>() : std::unexpected(around.error());
  References references = references_for(task, **around);
  auto resolved = resolve_task(task.spec, references);
  if (!resolved) return end_task(std::move(task), misconfigured(resolved.error()));
  const json& asked = resolved->at("run_job_task");
  std::int64_t job_id = int_or(asked, "job_id", 0);
  auto fault = fault_of_call((*around)->job_run, job_id);
  if (!fault) return std::unexpected(fault.error());
  if (*fault) return end_task(std::move(task), misconfigured(std::move(**fault)));

  auto job = JobStore(state_).find(job_id);
  if (!job) return std::unexpected(job.error());
  if (!*job)
    return end_task(std::move(task),
                    cannot_run("RESOURCE_NOT_FOUND", fmt::format("Job {} does not exist.", job_id)));
  JsonObject fields = fields_of_call(asked, (*job)->settings, references);
  auto request = run_request(**job, fields);
  if (!request) return end_task(std::move(task), misconfigured(request.error().message));
  request->trigger = "RUN_JOB_TASK";
  request->caller_id = task.run_id;
  auto admitted = admit(state_, *request, now_ms());
  if (!admitted) return fail(Code::internal, admitted.error().message);
  if (const json* given = fields.if_contains("job_parameters"))
    task.spec.get_object()["resolved_values"] =
        JsonObject{{"run_job_task", JsonObject{{"job_parameters", *given}, {"parameters", *given}}}};
  if (auto recorded = record_start(task); !recorded) return recorded;
  arm_timeout(task);
  accept(admitted->run_id);
  accept(task.run_id);  // a run that is skipped has ended already
  return {};
}

Result<void> Runner::start_by_schedule(const Job& job) {
  auto request = run_request(job, {});
  if (!request) return fail(Code::invalid, request.error().message);
  request->trigger = "PERIODIC";
  auto admitted = admit(state_, *request, now_ms());
  if (!admitted) return fail(Code::internal, admitted.error().message);
  accept(admitted->run_id);
  return {};
}

/// Why the job cannot be run from here: it is running above, or too much is.
Result<std::optional<std::string>> Runner::fault_of_call(const Run& job_run, std::int64_t job_id) {
  Run above = job_run;
  for (std::size_t depth = 1;; ++depth) {
    if (above.job_id == job_id)
      return fmt::format("Job {} cannot be run here: this task runs within run {} of it.", job_id,
                         above.run_id);
    if (above.caller_id == 0) return std::nullopt;
    if (depth == run_job_depth_max)
      return fmt::format("Job {} cannot be run here: run_job_tasks nest at most {} deep.", job_id,
                         run_job_depth_max);
    auto next = run_above(above);
    if (!next) return std::unexpected(next.error());
    if (!*next) return std::nullopt;
    above = std::move(**next);
  }
}

/// The one with the task that started this run; nullopt when no task did, or it was deleted meanwhile.
Result<std::optional<Run>> Runner::run_above(const Run& job_run) {
  if (job_run.caller_id == 0) return std::nullopt;
  auto caller = runs_.find(job_run.caller_id);
  if (!caller) return std::unexpected(caller.error());
  return *caller ? runs_.find((*caller)->job_run_id()) : Result<std::optional<Run>>(std::nullopt);
}

}  // namespace weir::workspace
