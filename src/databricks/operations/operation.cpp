#include "databricks/operations/operation.h"

#include <algorithm>
#include <iterator>

#include "databricks/operations/json_template.h"

namespace weir::databricks::operations {
namespace {

std::vector<Operation> collect() {
  std::vector<Operation> operations;
  for (auto family : {job_operations, run_operations, cluster_operations, library_operations, file_operations,
                      secret_operations, sql_operations, sensor_operations}) {
    std::ranges::move(family(), std::back_inserter(operations));
  }
  for (auto& operation : operations) {
    operation.kind.external = true;
    operation.kind.fields.push_back(template_field());
    operation.kind.base = operation.kind.fields.back().name;
  }
  return operations;
}

}  // namespace

const std::vector<Operation>& all() {
  static const std::vector<Operation> operations = collect();
  return operations;
}

const Operation* find_operation(std::string_view kind) {
  auto found = std::ranges::find(all(), kind, [](const Operation& operation) { return operation.kind.name; });
  return found == all().end() ? nullptr : &*found;
}

}  // namespace weir::databricks::operations
