// The calls of the REST API, as values: asynchronous and blocking callers send the same ones. Bodies that
// people author pass through as they are. One header for each family.
#pragma once

#include "databricks/client/cluster_requests.h"
#include "databricks/client/dbfs_requests.h"
#include "databricks/client/job_requests.h"
#include "databricks/client/library_requests.h"
#include "databricks/client/secret_requests.h"
#include "databricks/client/statement_requests.h"
#include "databricks/client/volume_requests.h"
#include "databricks/client/workspace_requests.h"
