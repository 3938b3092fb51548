#include "workspace/jobs/settings/job_fields.h"

#include <map>

namespace weir::workspace {
namespace {

using Fields = std::vector<Field>;

/// Of tasks, in jobs and in runs that are submitted.
const Fields task_fields{
    works("tasks.task_key"),
    works("tasks.depends_on"),
    works("tasks.run_if"),
    works("tasks.notebook_task"),
    works("tasks.spark_python_task"),
    works("tasks.new_cluster"),
    works("tasks.existing_cluster_id"),
    works("tasks.libraries"),
    works("tasks.timeout_seconds"),
    works("tasks.max_retries"),
    works("tasks.min_retry_interval_millis"),
    works("tasks.retry_on_timeout"),
    works("tasks.job_cluster_key", "in jobs"),
    works("tasks.python_wheel_task"),
    works("tasks.spark_jar_task"),
    works("tasks.spark_submit_task"),
    works("tasks.sql_task", "of files and queries"),
    works("tasks.condition_task"),
    works("tasks.for_each_task"),
    works("tasks.run_job_task"),
    kept("tasks.pipeline_task", "the run says that it cannot run one"),
    kept("tasks.dbt_task", "likewise"),
    kept("tasks.email_notifications"),
    works("tasks.webhook_notifications"),
};

Fields with_tasks(Fields fields) {
  fields.insert(fields.end(), task_fields.begin(), task_fields.end());
  fields.push_back(others_kept);
  return fields;
}

const Fields settings{
    works("name"),
    works("tasks"),
    works("job_clusters"),
    works("parameters"),
    works("max_concurrent_runs"),
    works("queue"),
    works("timeout_seconds"),
    works("schedule"),
    works("trigger", "periodic; the others are kept"),
    kept("continuous"),
    kept("tags"),
    kept("description"),
    kept("email_notifications"),
    works("webhook_notifications"),
    kept("notification_settings"),
    works("health", "RUN_DURATION_SECONDS; other rules are kept"),
    kept("run_as"),
    kept("environments"),
    kept("git_source", "a task that is read from Git fails with the reason"),
    kept("access_control_list"),
};

const Fields run_parameters{
    works("job_parameters"),
    works("notebook_params"),
    works("python_params"),
    works("jar_params"),
    works("spark_submit_params"),
    works("python_named_params"),
    works("sql_params"),
    kept("dbt_commands", "no task that takes them runs"),
    kept("pipeline_params", "no task that takes them runs"),
};

Fields with_parameters(Fields fields) {
  fields.insert(fields.end(), run_parameters.begin(), run_parameters.end());
  return fields;
}

const std::map<std::string_view, Fields>& table() {
  static const std::map<std::string_view, Fields> fields{
      {"jobs/create", with_tasks(settings)},
      {"jobs/get", {works("job_id"), kept("page_token", "all comes at once"), kept("include_trigger_state")}},
      {"jobs/list",
       {works("name"), works("limit"), works("offset"), works("expand_tasks"), works("page_token")}},
      {"jobs/reset", {works("job_id"), works("new_settings", "as in create")}},
      {"jobs/update", {works("job_id"), works("new_settings", "as in create"), works("fields_to_remove")}},
      {"jobs/delete", {works("job_id")}},
      {"jobs/run-now", with_parameters({works("job_id"), works("idempotency_token"), works("queue"),
                                        kept("performance_target"), refused("only", "it runs whole jobs")})},
      {"jobs/runs/submit",
       with_tasks({works("run_name"),
                   refused("job_clusters", "Shared job cluster feature is not supported in runs/submit API"),
                   works("idempotency_token"), works("tasks"), works("timeout_seconds"), works("libraries"),
                   works("queue"), works("notebook_task", "and the other tasks, of API 2.0"),
                   kept("email_notifications"), kept("webhook_notifications"), kept("notification_settings"),
                   kept("run_as"), kept("tags"), kept("access_control_list")})},
      {"jobs/runs/get",
       {works("run_id"), works("include_history"), kept("include_resolved_values"),
        kept("page_token", "all comes at once")}},
      {"jobs/runs/get-output", {works("run_id")}},
      {"jobs/runs/list",
       {works("job_id"), works("active_only"), works("completed_only"), works("limit"), works("offset"),
        works("page_token"), works("run_type"), works("start_time_from"), works("start_time_to"),
        works("expand_tasks")}},
      {"jobs/runs/cancel", {works("run_id")}},
      {"jobs/runs/cancel-all", {works("job_id"), works("all_queued_runs")}},
      {"jobs/runs/delete", {works("run_id")}},
      {"jobs/runs/repair", with_parameters({works("run_id"), works("rerun_tasks"),
                                            works("rerun_all_failed_tasks"), works("rerun_dependent_tasks"),
                                            works("latest_repair_id"), kept("performance_target")})},
      {"jobs/runs/export", {works("run_id"), works("views_to_export")}},
  };
  return fields;
}

}  // namespace

std::optional<Fields> job_fields(std::string_view name) {
  auto found = table().find(name);
  return found == table().end() ? std::nullopt : std::optional(found->second);
}

}  // namespace weir::workspace
