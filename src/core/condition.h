// A condition on data, decided when a task could start: `when` in a flow file. Conditions compare values and
// are no language: what needs more is the work of a task.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace weir::core {

struct Condition {
  enum class Is : std::uint8_t {
    truthy,  ///< neither null, false, 0, "", [] nor {}
    equals,
    not_equals,
    in,  ///< an item of the operand, which is an array
    not_in,
    less_than,  ///< numbers with numbers, text with text
    greater_than,
  };
  json value{};  ///< compiled template
  Is is = Is::truthy;
  json operand{};  ///< compiled template; null for truthy
  friend bool operator==(const Condition&, const Condition&) = default;
};

std::string_view name_of(Condition::Is is);
std::optional<Condition::Is> condition_from(std::string_view name);
std::vector<std::string_view> condition_names();

/// With both sides filled. Code::invalid for values that cannot be compared so.
Result<bool> holds(Condition::Is is, const json& value, const json& operand);

}  // namespace weir::core
