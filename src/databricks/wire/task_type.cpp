#include "databricks/wire/task_type.h"

namespace weir::databricks {

const std::vector<std::string>& task_types() {
  static const std::vector<std::string> types{
      "notebook_task",
      "spark_python_task",
      "python_wheel_task",
      "spark_jar_task",
      "spark_submit_task",
      "sql_task",
      "dbt_task",
      "pipeline_task",
      "run_job_task",
      "condition_task",
      "for_each_task",
      "dashboard_task",
      "alert_task",
      "power_bi_task",
      "clean_rooms_notebook_task",
      "dbt_cloud_task",
      "dbt_platform_task",
      "gen_ai_compute_task",
      "ai_runtime_task",
      "agentic_task",
      "genie_task",
      "python_operator_task",
  };
  return types;
}

}  // namespace weir::databricks
