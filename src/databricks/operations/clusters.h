// The operations on clusters; see operation.h.
#pragma once

#include "databricks/operations/operation.h"

namespace weir::databricks::operations {

Operation create_cluster_operation();
Operation start_cluster_operation();
Operation ensure_cluster_operation();
Operation restart_cluster_operation();
Operation terminate_cluster_operation();
Operation resize_cluster_operation();

}  // namespace weir::databricks::operations
