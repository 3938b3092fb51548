// What the workspace does with each field of an endpoint. A route declares it, the router acts on it, and the table in
// docs/reference/workspace-api.md is written from it.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::workspace {

enum class Treatment : std::uint8_t {
  works,    ///< it does what it does on Databricks
  kept,     ///< it is taken and given back, and changes nothing
  refused,  ///< a request that has it is refused, with the reason
};

/// A name with a dot ("new_cluster.policy_id") tells of a field below another one; the router looks at those without.
struct Field {
  std::string_view name{};
  Treatment treatment = Treatment::works;
  std::string_view note{};  ///< for people; of a refused field the reason

  friend bool operator==(const Field&, const Field&) = default;
};

constexpr Field works(std::string_view name, std::string_view note = {}) {
  return {name, Treatment::works, note};
}
constexpr Field kept(std::string_view name, std::string_view note = {}) {
  return {name, Treatment::kept, note};
}
constexpr Field refused(std::string_view name, std::string_view why) {
  return {name, Treatment::refused, why};
}

/// Fields that nobody names are kept with the rest. Without it they do not reach the handler.
inline constexpr Field others_kept{"*", Treatment::kept, "every other field"};

std::string_view name_of(Treatment treatment);

}  // namespace weir::workspace
