#include "workspace/jobs/plan/admission.h"

#include <fmt/format.h>

#include "databricks/wire/limits.h"
#include "workspace/jobs/settings/control_task.h"
#include "workspace/jobs/settings/job_settings.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

using databricks::idempotency_token_length_max;

/// The run that this token started before.
Answer<std::optional<std::int64_t>> earlier_run(RunStore& runs, const std::string& token) {
  auto known = runs.run_of_token(token);
  if (!known) return internal_error(known.error());
  if (!*known) return std::nullopt;
  auto run = runs.find(**known);
  if (!run) return internal_error(run.error());
  if (*run) return **known;
  return invalid_parameter(fmt::format(
      "The idempotency token belongs to run {}, which was deleted. Use a new token for a new run.", **known));
}

/// Queued, skipped, or about to start: as the job's max_concurrent_runs has it. One-time runs have no such limit.
Result<LifeCycle> first_state(RunStore& runs, const RunRequest& request) {
  if (request.job_id == 0) return LifeCycle::pending;
  auto active = runs.active_of(request.job_id);
  if (!active) return std::unexpected(active.error());
  std::int64_t most = int_or(request.settings, "max_concurrent_runs", 1);
  if (std::ssize(*active) < most) return LifeCycle::pending;
  return request.may_queue && most > 0 ? LifeCycle::queued : LifeCycle::skipped;
}

/// `queue` of the request, or else of the job: {"enabled": true}.
Answer<bool> may_queue(const JsonObject& fields, const JsonObject& settings) {
  for (const JsonObject* object : {&fields, &settings}) {
    Fields in(*object);
    const JsonObject* queue = in.optional_object("queue");
    if (in.refusal()) return std::unexpected(*in.refusal());
    if (!queue) continue;
    Fields inner(*queue);
    bool enabled = inner.boolean_or("enabled", false);
    if (inner.refusal()) return std::unexpected(*inner.refusal());
    return enabled;
  }
  return false;
}

void skip(Run& run, std::int64_t now_ms) {
  end(run,
      {.life_cycle = LifeCycle::skipped,
       .result = ResultState::maximum_concurrent_runs_reached,
       .termination = "MAX_CONCURRENT_RUNS_EXCEEDED",
       .message = "The job has as many active runs as its max_concurrent_runs allows."},
      now_ms);
}

bool has_upstreams(const JsonObject& task) {
  const json* edges = task.if_contains("depends_on");
  return edges && edges->is_array() && !edges->get_array().empty();
}

Result<void> insert_tasks(RunStore& runs, const Run& parent, const RunRequest& request) {
  for (const json& task : tasks_of(request.settings)) {
    Run run = task_run(parent, task.get_object(), request.parameters);
    run.created_ms = parent.created_ms;
    if (parent.life_cycle == LifeCycle::queued) run.life_cycle = LifeCycle::blocked;
    if (parent.has_ended()) skip(run, parent.ended_ms);
    if (auto inserted = runs.insert(run); !inserted) return std::unexpected(inserted.error());
  }
  return {};
}

Result<std::int64_t> insert_run(State& state, RunStore& runs, const RunRequest& request,
                                std::int64_t now_ms) {
  auto first = first_state(runs, request);
  if (!first) return std::unexpected(first.error());
  Run run{.job_id = request.job_id,
          .run_type = request.job_id == 0 ? "SUBMIT_RUN" : "JOB_RUN",
          .name = request.name,
          .trigger = request.trigger,
          .caller_id = request.caller_id,
          .spec = JsonObject{{"settings", request.settings},
                             {"shown", show_parameters(request.parameters, request.settings)}},
          .life_cycle = *first,
          .created_ms = now_ms};
  if (*first == LifeCycle::skipped) skip(run, now_ms);
  if (run.job_id == 0) {
    auto hidden = state.next_id();
    if (!hidden) return hidden;
    run.job_id = *hidden;
  }
  auto id = runs.insert(run);
  if (!id) return id;
  run.run_id = *id;
  if (auto inserted = insert_tasks(runs, run, request); !inserted) return std::unexpected(inserted.error());
  return id;
}

}  // namespace

Run task_run(const Run& parent, const JsonObject& task, const RunParameters& parameters) {
  JsonObject spec = with_parameters(task, parameters);
  if (JsonObject* repeated = repeated_task(spec)) *repeated = with_parameters(*repeated, parameters);
  Run run{.parent_id = parent.run_id,
          .job_id = parent.job_id,
          .run_type = parent.run_type,
          .name = string_or(spec, "task_key", ""),
          .task_key = string_or(spec, "task_key", "")};
  run.life_cycle = has_upstreams(spec) ? LifeCycle::blocked : LifeCycle::pending;
  run.spec = std::move(spec);
  return run;
}

Answer<RunRequest> run_request(const Job& job, const JsonObject& fields) {
  if (tasks_of(job.settings).empty())
    return invalid_parameter(fmt::format("Job {} has no tasks to run.", job.job_id));
  auto parameters = read_parameters(fields, job.settings);
  if (!parameters) return std::unexpected(parameters.error());
  auto queued = may_queue(fields, job.settings);
  if (!queued) return std::unexpected(queued.error());
  return RunRequest{.job_id = job.job_id,
                    .name = string_or(job.settings, "name", "Untitled"),
                    .settings = job.settings,
                    .parameters = std::move(*parameters),
                    .may_queue = *queued};
}

Answer<Admitted> admit(State& state, const RunRequest& request, std::int64_t now_ms) {
  if (request.token.size() > idempotency_token_length_max)
    return invalid_parameter(fmt::format("The idempotency token has {} characters; the limit is {}.",
                                         request.token.size(), idempotency_token_length_max));
  RunStore runs(state);
  auto transaction = state.begin();
  if (!transaction) return internal_error(transaction.error());
  if (!request.token.empty()) {
    auto earlier = earlier_run(runs, request.token);
    if (!earlier) return std::unexpected(earlier.error());
    if (*earlier) return Admitted{.run_id = **earlier, .is_new = false};
  }
  auto id = insert_run(state, runs, request, now_ms);
  if (!id) return internal_error(id.error());
  if (!request.token.empty())
    if (auto kept = runs.keep_token(request.token, *id); !kept) return internal_error(kept.error());
  if (auto committed = transaction->commit(); !committed) return internal_error(committed.error());
  return Admitted{.run_id = *id};
}

}  // namespace weir::workspace
