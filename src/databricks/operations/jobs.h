// The operations on jobs, one file each; see operation.h.
#pragma once

#include "databricks/operations/operation.h"

namespace weir::databricks::operations {

Operation create_job_operation();
Operation update_job_operation();
Operation delete_job_operation();
Operation cancel_run_operation();
Operation cancel_all_runs_operation();
Operation repair_run_operation();
Operation get_output_operation();

}  // namespace weir::databricks::operations
