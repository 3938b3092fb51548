#include "workspace/jobs/api/run_view.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "workspace/jobs/drivers/driver_outcome.h"
#include "workspace/jobs/settings/control_task.h"
#include "workspace/jobs/settings/job_clusters.h"
#include "workspace/jobs/settings/job_settings.h"

namespace weir::workspace {
namespace {

constexpr auto client_errors = std::to_array<std::string_view>({
    "RUN_EXECUTION_ERROR",
    "INVALID_RUN_CONFIGURATION",
    "INVALID_CLUSTER_REQUEST",
    "LIBRARY_INSTALLATION_ERROR",
    "RESOURCE_NOT_FOUND",
    "REPOSITORY_CHECKOUT_FAILED",
    "FEATURE_DISABLED",
    "MAX_CONCURRENT_RUNS_EXCEEDED",
    "CANCELED",
});

constexpr std::string_view queue_reason = "The job has reached its maximum of concurrent runs.";

std::string_view type_of_termination(std::string_view code) {
  if (std::ranges::find(client_errors, code) != client_errors.end()) return "CLIENT_ERROR";
  return code == "DRIVER_ERROR" || code == "INTERNAL_ERROR" || code == "CLUSTER_ERROR" ? "INTERNAL_ERROR"
                                                                                       : "SUCCESS";
}

/// `state`: the first generation. state_message is always there, because clients read it without asking.
JsonObject state_of(const Run& run) {
  JsonObject state{{"life_cycle_state", databricks::name_of(run.life_cycle)},
                   {"state_message", run.message},
                   {"user_cancelled_or_timedout", run.stop == Stop::cancel || run.stop == Stop::timeout}};
  if (run.has_ended()) state["result_state"] = databricks::name_of(run.result);
  if (run.life_cycle == LifeCycle::queued) state["queue_reason"] = queue_reason;
  return state;
}

std::string_view status_name(LifeCycle life_cycle) {
  if (databricks::is_terminal(life_cycle)) return "TERMINATED";
  return life_cycle == LifeCycle::waiting_for_retry ? "WAITING" : databricks::name_of(life_cycle);
}

/// `status`: the second generation.
JsonObject status_of(const Run& run) {
  JsonObject status{{"state", status_name(run.life_cycle)}};
  if (run.has_ended())
    status["termination_details"] = JsonObject{
        {"code", run.termination}, {"type", type_of_termination(run.termination)}, {"message", run.message}};
  if (run.life_cycle == LifeCycle::queued)
    status["queue_details"] = JsonObject{{"code", "MAX_CONCURRENT_RUNS_REACHED"}, {"message", queue_reason}};
  return status;
}

/// The compute and the libraries of a task, as runs show them.
JsonObject cluster_spec_of(const json& task) {
  JsonObject spec;
  for (std::string_view field : {"new_cluster", "existing_cluster_id", "job_cluster_key", "libraries"})
    if (const json* value = find(task, field)) spec[field] = *value;
  return spec;
}

/// Where the task runs: its cluster, or a driver of its own under a name made of the run.
JsonObject cluster_instance_of(const Run& task) {
  auto cluster = cluster_of_task(task);
  return {{"cluster_id", cluster ? *cluster : fmt::format("job-{}-run-{}", task.job_id, task.run_id)}};
}

void copy_members(const json* from, JsonObject& to) {
  if (from && from->is_object())
    for (const auto& [key, value] : from->get_object()) to[key] = value;
}

}  // namespace

std::string RunView::page_of(const Run& run) const {
  return fmt::format("{}/?o={}#job/{}/run/{}", host, org_id, run.job_id,
                     run.is_task() ? run.job_run_id() : run.run_id);
}

std::int64_t RunView::total_ms(const Run& run) const {
  if (run.life_cycle == LifeCycle::queued || run.life_cycle == LifeCycle::blocked) return 0;
  return std::max<std::int64_t>(0, (run.ended_ms != 0 ? run.ended_ms : now_ms) - run.created_ms);
}

JsonObject RunView::common(const Run& run) const {
  JsonObject shown{{"job_id", run.job_id},        {"run_id", run.run_id},
                   {"number_in_job", run.run_id}, {"original_attempt_run_id", run.run_id},
                   {"run_name", run.name},        {"run_page_url", page_of(run)},
                   {"run_type", run.run_type},    {"creator_user_name", user},
                   {"trigger", run.trigger},      {"state", state_of(run)},
                   {"status", status_of(run)},    {"start_time", run.created_ms},
                   {"end_time", run.ended_ms},    {"attempt_number", run.attempt}};
  bool has_run = run.is_task() && run.started_ms != 0;
  std::int64_t setup = has_run ? run.started_ms - run.created_ms : 0;
  shown["setup_duration"] = setup;
  shown["execution_duration"] = has_run ? total_ms(run) - setup : 0;
  shown["cleanup_duration"] = 0;
  shown["run_duration"] = total_ms(run);
  shown["queue_duration"] = 0;
  if (run.caller_id != 0) shown["trigger_info"] = JsonObject{{"run_id", run.caller_id}};
  if (run.is_task()) shown["job_run_id"] = run.job_run_id();
  if (run.is_task() && control_of(run.spec) == Control::none)
    shown["cluster_instance"] = cluster_instance_of(run);
  return shown;
}

/// The task's own fields, with what became of them.
JsonObject RunView::task(const Run& task) const {
  JsonObject shown = task.spec.is_object() ? task.spec.get_object() : JsonObject{};
  for (auto& [key, value] : common(task)) shown[key] = std::move(value);
  return shown;
}

JsonArray RunView::list_of(const std::vector<Run>& tasks) const {
  JsonArray list;
  for (const Run& one : tasks) list.push_back(task(one));
  return list;
}

JsonObject RunView::show(const Run& run, const std::vector<Run>& tasks, std::string_view version) const {
  JsonObject shown = common(run);
  const json* settings = run.is_task() ? nullptr : find(run.spec, "settings");
  if (settings)
    for (std::string_view field : {"job_clusters", "git_source", "description", "schedule"})
      if (const json* value = find(*settings, field)) shown[field] = *value;
  copy_members(run.is_task() ? nullptr : find(run.spec, "shown"), shown);

  if (run.is_task() || tasks.size() == 1) {
    const Run& only = run.is_task() ? run : tasks.front();
    shown["cluster_spec"] = cluster_spec_of(only.spec);
    if (control_of(only.spec) == Control::none) shown["cluster_instance"] = cluster_instance_of(only);
    if (const auto* spec = only.spec.if_object())
      if (auto type = type_of_task(*spec); !type.empty()) shown["task"] = JsonObject{{type, spec->at(type)}};
  }
  if (run.is_task()) {
    shown["task_key"] = run.task_key;
    shown["tasks"] = JsonArray{task(run)};
    if (control_of(run.spec) == Control::for_each) shown["iterations"] = list_of(tasks);
  } else {
    shown["tasks"] = list_of(tasks);
  }
  shown["format"] = version == "2.0" && tasks.size() == 1 ? "SINGLE_TASK" : "MULTI_TASK";
  if (version == "2.0") shown.erase("tasks");
  return shown;
}

JsonObject RunView::brief(const Run& run, const std::vector<Run>& tasks, bool expand_tasks,
                          std::string_view version) const {
  JsonObject shown = show(run, tasks, version);
  if (!expand_tasks) shown.erase("tasks");
  return shown;
}

JsonObject show_output(const Run& task, const std::optional<Run>& called, const RunFolder& folder,
                       JsonObject metadata) {
  JsonObject shown{{"metadata", std::move(metadata)}};
  if (task.spec.get_object().contains("notebook_task")) {
    JsonObject output;
    json result = read_result(folder);
    if (auto text = find_string(result, "notebook_result")) output["result"] = *text;
    output["truncated"] = bool_or(result, "truncated", false);
    shown["notebook_output"] = std::move(output);
  }
  if (called) shown["run_job_output"] = JsonObject{{"run_id", called->run_id}};
  if (control_of(task.spec) == Control::none) {
    Logs logs = read_logs(folder);
    shown["logs"] = std::move(logs.text);
    shown["logs_truncated"] = logs.truncated;
  }
  if (task.spec.get_object().contains("sql_task")) {
    const json result = read_result(folder);
    if (const json* output = find(result, "sql_output")) shown["sql_output"] = *output;
  }
  if (task.result != ResultState::failed) return shown;
  auto error = error_of(folder);
  shown["error"] = error ? error->error : task.message;
  if (error && !error->trace.empty()) shown["error_trace"] = error->trace;
  return shown;
}

}  // namespace weir::workspace
