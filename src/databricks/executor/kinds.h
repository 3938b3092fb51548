// The kinds of task this executor runs, as tables.
#pragma once

#include <string_view>
#include <vector>

#include "core/kind.h"

namespace weir::databricks {

constexpr std::string_view run_now_kind = "databricks.run_now";
constexpr std::string_view submit_run_kind = "databricks.submit_run";

/// Both are open: a field the API gains later passes through.
const core::Kind& run_now_table();
const core::Kind& submit_run_table();

/// These two, and every operation of the workspace (databricks/operations).
std::vector<core::Kind> all_kinds();

}  // namespace weir::databricks
