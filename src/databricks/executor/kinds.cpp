#include "databricks/executor/kinds.h"

namespace weir::databricks {

using enum core::FieldType;

namespace {

/// See value_of() in ending.cpp.
std::vector<core::Field> job_run_fields() {
  return {{.name = "run_id", .type = integer, .required = true, .summary = "of the job run"},
          {.name = "job_id", .type = integer, .required = true, .summary = "of its job"},
          {.name = "run_page_url", .type = string, .required = true, .summary = "its page in the workspace"},
          {.name = "state", .type = string, .required = true, .summary = "how it ended: SUCCESS"},
          {.name = "result", .type = any, .summary = "what its notebook passed to dbutils.notebook.exit"},
          {.name = "tasks",
           .type = object,
           .summary = "of a job with several tasks: each with its state and result"}};
}

}  // namespace

const core::Kind& run_now_table() {
  static const core::Kind kind{
      .name = std::string(run_now_kind),
      .summary = "Runs a job of the workspace and waits for its end",
      .fields =
          {
              {.name = "job", .type = string, .summary = "name of the job; or give job_id"},
              {.name = "job_id", .summary = "id of the job; or give job"},
              {.name = "job_parameters", .type = object, .summary = "values for the job's parameters"},
              {.name = "notebook_params",
               .type = object,
               .summary = "merged over base_parameters of notebook tasks"},
              {.name = "python_params",
               .type = array,
               .summary = "replaces the parameters of Python file tasks"},
              {.name = "python_named_params", .type = object, .summary = "named parameters of wheel tasks"},
              {.name = "jar_params", .type = array, .summary = "replaces the parameters of JAR tasks"},
              {.name = "spark_submit_params",
               .type = array,
               .summary = "replaces those of spark-submit tasks"},
              {.name = "sql_params", .type = object, .summary = "parameters of SQL tasks"},
              {.name = "dbt_commands", .type = array, .summary = "replaces the commands of dbt tasks"},
              {.name = "pipeline_params", .type = object, .summary = "full_refresh and its like"},
              {.name = "only", .type = array, .summary = "keys of the tasks to run"},
              {.name = "queue", .type = object, .summary = "whether the run may wait for a free place"},
              {.name = "performance_target", .type = string, .summary = "of serverless compute"},
          },
      .open = true,
      .external = true,
      .shorthand = "job",
      .result_name = "JobRun",
      .result = job_run_fields(),
  };
  return kind;
}

const core::Kind& submit_run_table() {
  static const core::Kind kind{
      .name = std::string(submit_run_kind),
      .summary = "Runs tasks in the workspace without a job and waits for their end",
      .fields =
          {
              {.name = "run_name", .type = string, .summary = "name of the run; default: <flow>/<task>"},
              {.name = "tasks",
               .type = array,
               .summary = "several tasks, each with task_key; or one of the next"},
              {.name = "notebook_task", .type = object, .summary = "notebook_path, base_parameters, source"},
              {.name = "spark_python_task", .type = object, .summary = "python_file, parameters, source"},
              {.name = "python_wheel_task",
               .type = object,
               .summary = "package_name, entry_point, parameters"},
              {.name = "spark_jar_task", .type = object, .summary = "main_class_name, parameters"},
              {.name = "spark_submit_task", .type = object, .summary = "parameters of spark-submit"},
              {.name = "sql_task",
               .type = object,
               .summary = "warehouse_id and query, file, alert or dashboard"},
              {.name = "dbt_task", .type = object, .summary = "commands, project_directory"},
              {.name = "pipeline_task", .type = object, .summary = "pipeline_id, full_refresh"},
              {.name = "run_job_task", .type = object, .summary = "job_id, job_parameters"},
              {.name = "new_cluster",
               .type = object,
               .summary = "a cluster for this run; or existing_cluster_id"},
              {.name = "existing_cluster_id", .type = string, .summary = "a cluster that is there"},
              {.name = "environment_key",
               .type = string,
               .summary = "which of environments the task runs in"},
              {.name = "environments", .type = array, .summary = "environments of serverless tasks"},
              {.name = "libraries", .type = array, .summary = "what to install on the cluster"},
              {.name = "timeout_seconds",
               .type = integer,
               .summary = "the workspace ends the run after this time"},
              {.name = "git_source", .type = object, .summary = "repository of tasks with source GIT"},
              {.name = "access_control_list", .type = array, .summary = "who may see and manage the run"},
              {.name = "run_as", .type = object, .summary = "user or service principal of the run"},
              {.name = "queue", .type = object, .summary = "whether the run may wait for a free place"},
              {.name = "health", .type = object, .summary = "rules that warn"},
              {.name = "email_notifications", .type = object, .summary = "who gets mail"},
              {.name = "webhook_notifications", .type = object, .summary = "what gets called"},
              {.name = "notification_settings", .type = object, .summary = "when notifications stay away"},
              {.name = "budget_policy_id",
               .type = string,
               .summary = "whom serverless compute is charged to"},
          },
      .open = true,
      .external = true,
      .result_name = "JobRun",
      .result = job_run_fields(),
  };
  return kind;
}

}  // namespace weir::databricks
