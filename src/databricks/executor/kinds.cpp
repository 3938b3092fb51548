#include "databricks/executor/kinds.h"

#include "databricks/operations/json_template.h"
#include "databricks/operations/operation.h"
#include "databricks/operations/run_steps.h"

namespace weir::databricks {

using enum core::FieldType;

const core::Kind& run_now_table() {
  static const core::Kind kind{
      .name = std::string(run_now_kind),
      .summary = "Runs a job of the workspace and waits for its end",
      .fields =
          {
              {.name = "job", .type = string, .summary = "name of the job; or give job_id"},
              {.name = "job_id", .summary = "id of the job, or what create_job gave; or give job"},
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
              operations::template_field(),
          },
      .open = true,
      .external = true,
      .base = operations::template_field().name,
      .shorthand = "job",
      .result_name = "JobRun",
      .result = operations::job_run_fields(),
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
              {.name = "existing_cluster_id",
               .summary = "a cluster that is there: its id, or what create_cluster gave"},
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
              operations::template_field(),
          },
      .open = true,
      .external = true,
      .base = operations::template_field().name,
      .result_name = "JobRun",
      .result = operations::job_run_fields(),
  };
  return kind;
}

std::vector<core::Kind> all_kinds() {
  std::vector<core::Kind> kinds = {run_now_table(), submit_run_table()};
  for (const auto& operation : operations::all()) kinds.push_back(operation.kind);
  return kinds;
}

}  // namespace weir::databricks
