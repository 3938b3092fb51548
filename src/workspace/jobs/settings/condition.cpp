#include "workspace/jobs/settings/condition.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/check.h"
#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

/// Long enough for every 64-bit integer, ids among them.
using Number = long double;

std::expected<Number, std::string> number_of(std::string_view operand, std::string_view op) {
  std::string_view digits = trimmed(operand);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  Number number = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error == std::errc{} && end == digits.data() + digits.size() && std::isfinite(number)) return number;
  return std::unexpected(fmt::format("{} compares numbers, and '{}' is none.", op, operand));
}

}  // namespace

const std::vector<std::string>& comparison_names() {
  static const std::vector<std::string> names{
      "EQUAL_TO", "NOT_EQUAL", "GREATER_THAN", "GREATER_THAN_OR_EQUAL", "LESS_THAN", "LESS_THAN_OR_EQUAL"};
  return names;
}

std::expected<bool, std::string> compare(std::string_view op, std::string_view left, std::string_view right) {
  if (op == "EQUAL_TO") return left == right;
  if (op == "NOT_EQUAL") return left != right;
  auto a = number_of(left, op);
  if (!a) return std::unexpected(a.error());
  auto b = number_of(right, op);
  if (!b) return std::unexpected(b.error());
  if (op == "GREATER_THAN") return *a > *b;
  if (op == "GREATER_THAN_OR_EQUAL") return *a >= *b;
  if (op == "LESS_THAN") return *a < *b;
  WEIR_CHECK(op == "LESS_THAN_OR_EQUAL", "comparisons were checked when the job was made");
  return *a <= *b;
}

}  // namespace weir::workspace
