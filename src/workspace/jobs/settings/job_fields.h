// Which fields the endpoints of jobs and runs take, and what becomes of each.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "workspace/rest/field.h"

namespace weir::workspace {

/// `name` as the API has it: "jobs/runs/get". nullopt for an endpoint that is not declared.
std::optional<std::vector<Field>> job_fields(std::string_view name);

}  // namespace weir::workspace
