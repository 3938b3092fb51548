// Steps that operations with SQL statements share.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "databricks/operations/given.h"
#include "databricks/operations/operation.h"

namespace weir::databricks::operations {

/// The fields that say where a statement runs: warehouse, warehouse_id, catalog, schema, parameters.
std::vector<core::Field> statement_fields();

/// The id of the warehouse that runs it: `warehouse_id`, the one that `warehouse` names (its name or id), or the one of
/// the environment variable DATABRICKS_WAREHOUSE_ID.
Step with_warehouse(const Task& task, std::function<Step(const std::string& warehouse_id)> then);

/// The body of the request, but for the warehouse. Parameters may be an object, name to value: types follow from the values.
json statement_body(Given& given, const std::string& statement);

/// Waits for the end of a statement, however it ends.
Step until_finished(std::string statement_id, std::function<Step(const json& statement)> then);

std::string statement_state(const json& statement);  ///< SUCCEEDED, FAILED, …

/// Why a statement has not succeeded.
Step statement_failed(const json& statement);
std::string statement_error(const json& statement);  ///< "[TABLE_OR_VIEW_NOT_FOUND] …"

/// Its rows, all chunks of them: {"statement_id", "columns", "rows"}, each row an object by column name, with numbers
/// and booleans as such. Decimals, dates and whatever else JSON has no type for stay text.
Step with_rows(const json& statement, std::function<Step(json value)> then);

}  // namespace weir::databricks::operations
