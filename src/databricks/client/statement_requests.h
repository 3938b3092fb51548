// The calls of the SQL Statement Execution API, and the warehouses that run statements.
#pragma once

#include <cstdint>
#include <string_view>

#include "databricks/client/api_call.h"

namespace weir::databricks::requests {

/// {"statement", "warehouse_id", "parameters", "wait_timeout", …}. Each arrival is an execution.
ApiRequest execute_statement(json body);
ApiRequest statement(std::string_view statement_id);
ApiRequest statement_chunk(std::string_view statement_id, std::int64_t index);
ApiRequest cancel_statement(std::string_view statement_id);
ApiRequest warehouses();

}  // namespace weir::databricks::requests
