#include "core/condition.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/kind.h"

namespace weir::core {
namespace {

constexpr auto names = std::to_array<std::string_view>(
    {"truthy", "equals", "not_equals", "in", "not_in", "less_than", "greater_than"});

bool is_truthy(const json& value) {
  if (value.is_null()) return false;
  if (const auto* flag = value.if_bool()) return *flag;
  if (const auto* text = value.if_string()) return !text->empty();
  if (const auto* array = value.if_array()) return !array->empty();
  if (const auto* object = value.if_object()) return !object->empty();
  return value.to_number<double>() != 0;
}

/// Numbers are compared by value: whether one is written as 3 or as 3.0 is a matter of who made it.
bool is_equal(const json& left, const json& right) {
  if (left.is_double() != right.is_double() && left.is_number() && right.is_number())
    return left.to_number<double>() == right.to_number<double>();
  if (const auto* array = left.if_array()) {
    const auto* other = right.if_array();
    return other && std::ranges::equal(*array, *other, is_equal);
  }
  if (const auto* object = left.if_object()) {
    const auto* other = right.if_object();
    return other && object->size() == other->size() && std::ranges::all_of(*object, [&](const auto& member) {
             const json* value = other->if_contains(member.key());
             return value && is_equal(member.value(), *value);
           });
  }
  return left == right;
}

Result<bool> is_in(const json& value, const json& operand) {
  if (const auto* array = operand.if_array())
    return std::ranges::any_of(*array, [&](const json& item) { return is_equal(item, value); });
  return fail(Code::invalid, fmt::format("'in' looks into an array, not {}", type_phrase(operand)));
}

Result<bool> is_less(const json& left, const json& right) {
  if (left.is_number() && right.is_number()) return left.to_number<double>() < right.to_number<double>();
  if (left.is_string() && right.is_string()) return left.get_string() < right.get_string();
  return fail(Code::invalid,
              fmt::format("{} and {} cannot be compared", type_phrase(left), type_phrase(right)),
              "compare numbers with numbers, or text with text");
}

}  // namespace

std::string_view name_of(Condition::Is is) { return names[static_cast<std::size_t>(is)]; }

std::optional<Condition::Is> condition_from(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Condition::Is>(i);
  }
  return std::nullopt;
}

std::vector<std::string_view> condition_names() { return {names.begin(), names.end()}; }

Result<bool> holds(Condition::Is is, const json& value, const json& operand) {
  auto negated = [](Result<bool> result) { return result ? Result<bool>(!*result) : result; };
  switch (is) {
    case Condition::Is::truthy:
      return is_truthy(value);
    case Condition::Is::equals:
      return is_equal(value, operand);
    case Condition::Is::not_equals:
      return !is_equal(value, operand);
    case Condition::Is::in:
      return is_in(value, operand);
    case Condition::Is::not_in:
      return negated(is_in(value, operand));
    case Condition::Is::less_than:
      return is_less(value, operand);
    case Condition::Is::greater_than:
      return is_less(operand, value);
  }
  return false;
}

}  // namespace weir::core
