#include "workspace/jobs/api/runs_api.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "databricks/wire/limits.h"
#include "workspace/jobs/api/jobs_api.h"
#include "workspace/jobs/api/repair.h"
#include "workspace/jobs/drivers/live_output.h"
#include "workspace/jobs/settings/job_fields.h"
#include "workspace/jobs/settings/job_settings.h"
#include "workspace/rest/fields.h"
#include "workspace/rest/page_token.h"

namespace weir::workspace {
namespace {

constexpr std::int64_t runs_per_page_default = 20;
constexpr std::int64_t runs_per_page_max_2_0 = 1000;

Answer<RunQuery> read_query(const Call& call) {
  Fields in(call.fields);
  std::int64_t most = call.version == "2.0" ? runs_per_page_max_2_0
                                            : static_cast<std::int64_t>(databricks::runs_per_page_max);
  std::int64_t limit = in.integer_or("limit", runs_per_page_default);
  bool active = in.boolean_or("active_only", false);
  bool completed = in.boolean_or("completed_only", false);
  RunQuery query{.job_id = in.integer_or("job_id", 0),
                 .run_type = in.text_or("run_type", ""),
                 .from_ms = in.integer_or("start_time_from", 0),
                 .to_ms = in.integer_or("start_time_to", 0),
                 .offset = std::max<std::int64_t>(0, in.integer_or("offset", 0)),
                 .limit = limit == 0 ? most : limit};
  std::string token = in.text_or("page_token", "");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (active && completed)
    return invalid_parameter("'active_only' and 'completed_only' cannot both be true.");
  if (query.limit < 0 || query.limit > most)
    return invalid_parameter(fmt::format("'limit' must be from 0 to {}.", most));
  if (active) query.which = RunQuery::Which::active;
  if (completed) query.which = RunQuery::Which::completed;
  auto below = id_of_page_token(token);
  if (!below) return std::unexpected(below.error());
  query.below_id = *below;
  return query;
}

}  // namespace

Answer<Run> single_task(RunStore& runs, Run run) {
  if (run.is_task()) return run;
  auto tasks = runs.tasks_of(run.run_id);
  if (!tasks) return internal_error(tasks.error());
  if (tasks->empty() || tasks->front().task_key != tasks->back().task_key)
    return invalid_parameter(
        "Retrieving the output of runs with multiple tasks is not supported. Ask for the run_id of one "
        "task.");
  return std::move(tasks->back());
}

void RunsApi::add_routes(Router& router) {
  auto add = [&](std::string_view method, std::string_view name, Handler handler) {
    std::string path = fmt::format("jobs/{}", name);
    router.add_api(
        job_versions, path,
        {.method = std::string(method), .handler = std::move(handler), .fields = job_fields(path)});
  };
  add("POST", "run-now", [this](const Call& call) { return run_now(call); });
  add("POST", "runs/submit", [this](const Call& call) { return submit(call); });
  add("GET", "runs/get", [this](const Call& call) { return get(call); });
  add("GET", "runs/get-output", [this](const Call& call) { return output(call); });
  add("GET", "runs/list", [this](const Call& call) { return list(call); });
  add("POST", "runs/cancel", [this](const Call& call) { return cancel(call); });
  add("POST", "runs/cancel-all", [this](const Call& call) { return cancel_all(call); });
  add("POST", "runs/delete", [this](const Call& call) { return remove(call); });
  router.add(
      "/weir/runs/output",
      {.method = "GET",
       .handler = [this](const Call& call) { return live_output(call); },
       .note = "what a run has printed so far; weir's own",
       .fields = std::vector{works("run_id"), works("out", "bytes that are known already"), works("err")}});
}

RunView RunsApi::view() const {
  RunView view = view_;
  view.now_ms = now_ms();
  return view;
}

Answer<Admitted> RunsApi::start(const RunRequest& request) {
  auto admitted = admit(state_, request, now_ms());
  if (admitted && admitted->is_new) runner_.accept(admitted->run_id);
  return admitted;
}

Reply RunsApi::run_now(const Call& call) {
  Fields in(call.fields);
  std::int64_t job_id = in.integer("job_id");
  std::string token = in.text_or("idempotency_token", "");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto job = jobs_.find(job_id);
  if (!job) return internal_error(job.error());
  if (!*job) return unknown_id(call.version, "Job", job_id);
  if (const json* only = call.fields.if_contains("only"); only && !only->is_null())
    return invalid_parameter("The embedded workspace runs whole jobs: 'only' is not supported yet.");
  auto request = run_request(**job, call.fields);
  if (!request) return std::unexpected(request.error());
  request->token = std::move(token);
  auto admitted = start(*request);
  if (!admitted) return std::unexpected(admitted.error());
  return ok({{"run_id", admitted->run_id}, {"number_in_job", admitted->run_id}});
}

Reply RunsApi::submit(const Call& call) {
  Fields in(call.fields);
  std::string token = in.text_or("idempotency_token", "");
  std::string name = in.text_or("run_name", "Untitled");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto settings = normalize_settings(call.fields, call.version);
  if (!settings) return std::unexpected(settings.error());
  if (tasks_of(*settings).empty()) return invalid_parameter("Missing required field: tasks.");
  if (auto checked = check_destinations(destinations_, *settings); !checked)
    return std::unexpected(checked.error());
  settings->erase("idempotency_token");
  auto admitted =
      start({.name = std::move(name), .settings = std::move(*settings), .token = std::move(token)});
  if (!admitted) return std::unexpected(admitted.error());
  return ok({{"run_id", admitted->run_id}});
}

Answer<Run> RunsApi::run_of(const Call& call) {
  Fields in(call.fields);
  std::int64_t run_id = in.integer("run_id");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto run = runs_.find(run_id);
  if (!run) return internal_error(run.error());
  if (!*run) return unknown_id(call.version, "Run", run_id);
  return std::move(**run);
}

Reply RunsApi::get(const Call& call) {
  auto run = run_of(call);
  if (!run) return std::unexpected(run.error());
  auto tasks = runs_.tasks_of(run->run_id);
  if (!tasks) return internal_error(tasks.error());
  JsonObject shown = view().show(*run, *tasks, call.version);
  Fields in(call.fields);
  if (in.boolean_or("include_history", false)) {
    auto repairs = RepairStore(state_).of_run(run->run_id);
    if (!repairs) return internal_error(repairs.error());
    shown["repair_history"] = show_history(shown, *run, *tasks, *repairs);
  }
  return ok(std::move(shown));
}

Reply RunsApi::output(const Call& call) {
  auto run = run_of(call);
  if (!run) return std::unexpected(run.error());
  run = single_task(runs_, std::move(*run));
  if (!run) return std::unexpected(run.error());
  JsonObject metadata = view().show(*run, {}, call.version);
  auto called = runs_.called_by(run->run_id);
  if (!called) return internal_error(called.error());
  return ok(show_output(*run, *called, runner_.folder_of(run->run_id), std::move(metadata)));
}

Reply RunsApi::live_output(const Call& call) {
  auto run = run_of(call);
  if (!run) return std::unexpected(run.error());
  Fields in(call.fields);
  auto out = in.integer_or("out", 0);
  auto err = in.integer_or("err", 0);
  if (in.refusal()) return std::unexpected(*in.refusal());
  return ok(new_output(runner_.folder_of(run->run_id), out, err, run->has_ended()).get_object());
}

Reply RunsApi::list(const Call& call) {
  auto query = read_query(call);
  if (!query) return std::unexpected(query.error());
  Fields in(call.fields);
  bool expand = in.boolean_or("expand_tasks", false);
  if (in.refusal()) return std::unexpected(*in.refusal());
  std::int64_t limit = query->limit++;
  auto found = runs_.list(*query);
  if (!found) return internal_error(found.error());

  bool more = std::ssize(*found) > limit;
  if (more) found->pop_back();
  JsonObject page{{"has_more", more}};
  if (more) page["next_page_token"] = page_token_below(found->back().run_id);
  JsonArray shown;
  RunView now = view();
  for (const Run& run : *found) {
    auto tasks = runs_.tasks_of(run.run_id);
    if (!tasks) return internal_error(tasks.error());
    shown.push_back(now.brief(run, *tasks, expand, call.version));
  }
  if (!shown.empty()) page["runs"] = std::move(shown);
  return ok(std::move(page));
}

Reply RunsApi::cancel(const Call& call) {
  auto run = run_of(call);
  if (!run) return std::unexpected(run.error());
  auto stopped = runner_.stop(run->run_id, Stop::cancel);
  return stopped ? ok() : internal_error(stopped.error());
}

Reply RunsApi::cancel_all(const Call& call) {
  Fields in(call.fields);
  std::int64_t job_id = in.integer_or("job_id", 0);
  bool queued_only = in.boolean_or("all_queued_runs", false);
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (job_id == 0 && !queued_only) return invalid_parameter("Missing required field: job_id.");
  if (job_id != 0) {
    auto job = jobs_.find(job_id);
    if (!job) return internal_error(job.error());
    if (!*job) return unknown_id(call.version, "Job", job_id);
  }
  auto active = runs_.active_of(job_id);
  if (!active) return internal_error(active.error());
  for (const Run& run : *active) {
    if (queued_only && run.life_cycle != LifeCycle::queued) continue;
    if (auto stopped = runner_.stop(run.run_id, Stop::cancel); !stopped)
      return internal_error(stopped.error());
  }
  return ok();
}

Reply RunsApi::remove(const Call& call) {
  auto run = run_of(call);
  if (!run) return std::unexpected(run.error());
  if (run->is_task())
    return invalid_parameter(
        fmt::format("Run {} is a task's: delete its job run {}.", run->run_id, run->parent_id));
  if (!run->has_ended())
    return refuse(400, "INVALID_STATE", fmt::format("Run {} is active; cancel it first.", run->run_id));
  auto tasks = runs_.all_below(run->run_id);
  if (!tasks) return internal_error(tasks.error());
  if (auto removed = runs_.remove(run->run_id); !removed) return internal_error(removed.error());
  std::error_code ignored;
  for (const Run& task : *tasks) std::filesystem::remove_all(runner_.folder_of(task.run_id).root, ignored);
  return ok();
}

}  // namespace weir::workspace
