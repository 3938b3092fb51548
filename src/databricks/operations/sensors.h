// The operations that wait; see operation.h.
#pragma once

#include "databricks/operations/operation.h"

namespace weir::databricks::operations {

Operation wait_table_operation();

}  // namespace weir::databricks::operations
