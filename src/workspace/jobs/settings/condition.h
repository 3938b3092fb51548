// The comparison of a condition_task. As on Databricks, equality is of texts ("12.0" is not "12") and order is of
// numbers ("12.0" is at least "12").
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace weir::workspace {

/// "EQUAL_TO", "GREATER_THAN" …: those that the API knows.
const std::vector<std::string>& comparison_names();

/// The error says which operand is no number. `op` is one of comparison_names().
std::expected<bool, std::string> compare(std::string_view op, std::string_view left, std::string_view right);

}  // namespace weir::workspace
