// The kinds of things that permissions can be set on, and the levels of each.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::workspace {

struct PermissionLevel {
  std::string_view name{};  ///< "CAN_MANAGE"
  std::string_view description{};
};

struct PermissionKind {
  std::string_view path{};  ///< as in the URL: "jobs"
  std::string_view type{};  ///< as in answers: "job"
  std::vector<PermissionLevel> levels{};
  bool has_owner() const;
};

/// Null for a kind that the API does not know.
const PermissionKind* permission_kind(std::string_view path);
std::vector<std::string> permission_kinds();  ///< their paths

}  // namespace weir::workspace
