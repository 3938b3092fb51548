// The types of task a job can have: each is the name of the field that holds its settings.
#pragma once

#include <string>
#include <vector>

namespace weir::databricks {

/// "notebook_task", "spark_python_task", …: those the API documents today.
const std::vector<std::string>& task_types();

}  // namespace weir::databricks
