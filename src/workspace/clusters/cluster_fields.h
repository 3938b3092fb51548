// Which fields the endpoints of clusters, libraries and command execution take, and what becomes of each.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "workspace/rest/field.h"

namespace weir::workspace {

/// `name` as the API has it: "clusters/create". nullopt for an endpoint that is not declared.
std::optional<std::vector<Field>> cluster_fields(std::string_view name);

}  // namespace weir::workspace
