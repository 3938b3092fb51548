// The router's table for readers: every endpoint with its fields, and what becomes of each.
#pragma once

#include <string>
#include <vector>

#include "workspace/rest/router.h"

namespace weir::workspace {

struct Endpoint {
  std::string method{};
  std::string name{};                   ///< "jobs/create"; a whole path outside /api
  std::vector<std::string> versions{};  ///< "2.0", "2.1"; none outside /api
  Treatment treatment = Treatment::works;
  std::string_view note{};
  bool is_declared = true;      ///< false: its route does not say which fields it takes
  std::vector<Field> fields{};  ///< those of the path first
};

/// By family and name; versions that are alike are one.
std::vector<Endpoint> endpoints_of(const Router& router);

std::string to_markdown(const std::vector<Endpoint>& endpoints);  ///< docs/reference/workspace-api.md
json to_json(const std::vector<Endpoint>& endpoints);

}  // namespace weir::workspace
