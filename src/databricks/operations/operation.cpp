#include "databricks/operations/operation.h"

#include <algorithm>
#include <iterator>

#include "databricks/operations/cluster_steps.h"
#include "databricks/operations/json_template.h"
#include "databricks/operations/run_steps.h"

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

/// Whether these are members of a result and nothing else.
bool is_result(const JsonObject& inputs, const std::vector<core::Field>& fields) {
  auto is_member = [&](const auto& input) {
    return std::ranges::find(fields, std::string_view(input.key()), &core::Field::name) != fields.end();
  };
  return inputs.size() > 1 && std::ranges::all_of(inputs, is_member);
}

}  // namespace

void take_result(const core::Kind& kind, json& inputs) {
  auto* object = inputs.if_object();
  if (!object) return;
  auto keep = [&](const char* id) {
    if (const json* value = object->if_contains(id)) *object = JsonObject{{id, *value}};
  };
  if (kind.shorthand == "cluster" && is_result(*object, cluster_fields()) &&
      object->contains("cluster_name")) {
    keep("cluster_id");
  } else if (kind.shorthand == "run_id" && is_result(*object, job_run_fields()) &&
             object->contains("run_id")) {
    keep("run_id");
  } else if (kind.shorthand == "job" && object->contains("created") && object->contains("job_id")) {
    keep("job_id");
  }
}

const std::vector<Operation>& all() {
  static const std::vector<Operation> operations = collect();
  return operations;
}

const Operation* find_operation(std::string_view kind) {
  auto found = std::ranges::find(all(), kind, [](const Operation& operation) { return operation.kind.name; });
  return found == all().end() ? nullptr : &*found;
}

}  // namespace weir::databricks::operations
