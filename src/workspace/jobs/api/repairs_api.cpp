#include "workspace/jobs/api/repairs_api.h"

#include <algorithm>

#include <fmt/format.h>

#include "workspace/jobs/api/jobs_api.h"
#include "workspace/jobs/api/runs_api.h"
#include "workspace/jobs/drivers/driver_outcome.h"
#include "workspace/jobs/plan/admission.h"
#include "workspace/jobs/settings/job_fields.h"
#include "workspace/jobs/settings/job_settings.h"
#include "workspace/rest/fields.h"
#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

/// What the run was started with, with what this repair says otherwise on top, field by field.
JsonObject parameters_of_repair(const Run& run, const JsonObject& fields) {
  JsonObject merged;
  const json* shown = find(run.spec, "shown");
  const json* overriding = shown ? find(*shown, "overriding_parameters") : nullptr;
  if (overriding && overriding->is_object()) merged = overriding->get_object();
  JsonObject job;
  if (const json* earlier = shown ? find(*shown, "job_parameters") : nullptr; earlier && earlier->is_array())
    for (const json& one : earlier->get_array())
      job[string_or(one, "name", "")] = string_or(one, "value", "");
  if (!job.empty()) merged["job_parameters"] = std::move(job);
  for (const auto& [name, value] : fields)
    if (std::string_view(name).ends_with("_params") || name == "job_parameters" || name == "dbt_commands")
      merged[name] = value;
  return merged;
}

const json* task_with_key(const JsonObject& settings, const std::string& key) {
  const JsonArray& tasks = tasks_of(settings);
  auto found =
      std::ranges::find_if(tasks, [&](const json& task) { return string_or(task, "task_key", "") == key; });
  return found == tasks.end() ? nullptr : &*found;
}

/// A task added to the job since has no run here, and what depends on it by now would wait for it for ever.
Answer<void> check_upstreams(const JsonObject& task, std::string_view key, const std::vector<Run>& tasks) {
  const json* edges = task.if_contains("depends_on");
  if (!edges || !edges->is_array()) return {};
  for (const json& edge : edges->get_array()) {
    std::string upstream = string_or(edge, "task_key", "");
    if (std::ranges::find(tasks, upstream, &Run::task_key) != tasks.end()) continue;
    return invalid_parameter(fmt::format(
        "Task '{}' depends on '{}' by now, which this run does not have: start a new run of the job, "
        "or take the dependency away before the repair.",
        key, upstream));
  }
  return {};
}

std::string escaped_html(std::string_view text) {
  std::string html;
  for (char c : text) {
    if (c == '&')
      html += "&amp;";
    else if (c == '<')
      html += "&lt;";
    else if (c == '>')
      html += "&gt;";
    else if (c == '"')
      html += "&quot;";
    else
      html += c;
  }
  return html;
}

}  // namespace

void RepairsApi::add_routes(Router& router) {
  auto add = [&](std::string_view method, std::string_view path, Handler handler) {
    router.add_api(
        job_versions, path,
        {.method = std::string(method), .handler = std::move(handler), .fields = job_fields(path)});
  };
  add("POST", "jobs/runs/repair", [this](const Call& call) { return repair(call); });
  add("GET", "jobs/runs/export", [this](const Call& call) { return export_views(call); });
}

Answer<Run> RepairsApi::ended_run(const Call& call) {
  Fields in(call.fields);
  std::int64_t run_id = in.integer("run_id");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto run = runs_.find(run_id);
  if (!run) return internal_error(run.error());
  if (!*run) return unknown_id(call.version, "Run", run_id);
  if ((*run)->is_task())
    return invalid_parameter(
        fmt::format("Run {} is a task's: repair its job run {}.", run_id, (*run)->parent_id));
  if (!(*run)->has_ended())
    return refuse(400, "INVALID_STATE",
                  fmt::format("Run {} is active: only a run that has ended can be repaired.", run_id));
  return std::move(**run);
}

/// Those of the job as it is now; of a one-time run, or when the job is gone, those the run was started with.
Answer<JsonObject> RepairsApi::current_settings(const Run& run) {
  auto job = jobs_.find(run.job_id);
  if (!job) return internal_error(job.error());
  if (*job) return std::move((*job)->settings);
  const json* settings = find(run.spec, "settings");
  return settings && settings->is_object() ? settings->get_object() : JsonObject{};
}

JsonObject RepairsApi::state_of(const Run& run, const std::vector<Run>& tasks) const {
  JsonObject shown = view_.show(run, tasks, "2.1");
  return {{"state", shown.at("state")}, {"status", shown.at("status")}, {"end_time", run.ended_ms}};
}

Reply RepairsApi::repair(const Call& call) {
  auto run = ended_run(call);
  if (!run) return std::unexpected(run.error());
  auto earlier = repairs_.of_run(run->run_id);
  if (!earlier) return internal_error(earlier.error());
  if (auto checked = check_latest_repair(call.fields, *earlier); !checked)
    return std::unexpected(checked.error());
  auto tasks = runs_.tasks_of(run->run_id);
  if (!tasks) return internal_error(tasks.error());
  auto keys = tasks_to_rerun(call.fields, *tasks);
  if (!keys) return std::unexpected(keys.error());
  auto settings = current_settings(*run);
  if (!settings) return std::unexpected(settings.error());
  auto parameters = read_parameters(parameters_of_repair(*run, call.fields), *settings);
  if (!parameters) return std::unexpected(parameters.error());
  std::int64_t run_id = run->run_id;
  auto repair_id = start_again(std::move(*run), *settings, *parameters, *keys, *tasks);
  if (!repair_id) return std::unexpected(repair_id.error());
  runner_.accept(run_id);
  return ok({{"repair_id", *repair_id}});
}

Answer<std::int64_t> RepairsApi::start_again(Run run, const JsonObject& settings,
                                             const RunParameters& parameters,
                                             const std::vector<std::string>& keys,
                                             const std::vector<Run>& tasks) {
  std::int64_t now = to_millis(clock_.now());
  Repair repair{.run_id = run.run_id, .created_ms = now, .before = state_of(run, tasks)};
  run.spec = JsonObject{{"settings", settings},
                        {"shown", show_parameters(parameters, settings)},
                        {"repairs", int_or(run.spec, "repairs", 0) + 1}};
  run.life_cycle = LifeCycle::pending;
  run.result = ResultState::unknown;
  run.stop = Stop::none;
  run.termination.clear();
  run.message.clear();
  run.started_ms = run.ended_ms = 0;

  auto transaction = state_.begin();
  if (!transaction) return internal_error(transaction.error());
  if (auto updated = runs_.update(run); !updated) return internal_error(updated.error());
  auto repair_id = repairs_.insert(repair);
  if (!repair_id) return internal_error(repair_id.error());
  for (const std::string& key : keys) {
    const json* task = task_with_key(settings, key);
    if (!task)
      return invalid_parameter(
          fmt::format("The job has no task '{}' any more: leave it out of the repair.", key));
    if (auto checked = check_upstreams(task->get_object(), key, tasks); !checked)
      return std::unexpected(checked.error());
    Run again = task_run(run, task->get_object(), parameters);
    for (const Run& one : tasks)
      if (one.task_key == key) again.attempt = again.first_attempt = one.attempt + 1;
    again.created_ms = now;
    if (auto inserted = runs_.insert(again); !inserted) return internal_error(inserted.error());
  }
  if (auto committed = transaction->commit(); !committed) return internal_error(committed.error());
  return *repair_id;
}

/// The notebook as it is now and what its run printed.
Reply RepairsApi::export_views(const Call& call) {
  Fields in(call.fields);
  std::int64_t run_id = in.integer("run_id");
  std::string views = in.text_or("views_to_export", "CODE");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto run = runs_.find(run_id);
  if (!run) return internal_error(run.error());
  if (!*run) return unknown_id(call.version, "Run", run_id);
  auto task = single_task(runs_, std::move(**run));
  if (!task) return std::unexpected(task.error());
  const json* notebook = find(task->spec, "notebook_task");
  if (!notebook)
    return invalid_parameter(
        fmt::format("Run {} is not a notebook's, and only those can be exported.", run_id));
  if (views == "DASHBOARDS") return ok({{"views", JsonArray{}}});
  std::string shown = string_or(*notebook, "notebook_path", "");
  auto path = Objects::parse(shown);
  auto object = path ? objects_.find(*path) : std::unexpected(FileFault::not_found);
  auto content = object ? objects_.content(*object) : std::unexpected(FileFault::not_found);
  if (!content) return does_not_exist(fmt::format("The notebook '{}' does not exist any more.", shown));
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>{0}</title></head><body>\n<h1>{0}</h1>\n"
      "<pre class=\"source\">{1}</pre>\n<pre class=\"output\">{2}</pre>\n</body></html>\n",
      escaped_html(shown), escaped_html(*content),
      escaped_html(read_logs(runner_.folder_of(task->run_id)).text));
  std::string name = shown.substr(shown.find_last_of('/') + 1);
  return ok({{"views", JsonArray{JsonObject{{"content", page}, {"name", name}, {"type", "NOTEBOOK"}}}}});
}

}  // namespace weir::workspace
