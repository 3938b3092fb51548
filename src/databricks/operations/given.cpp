#include "databricks/operations/given.h"

#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/duration.h"
#include "databricks/operations/parameters.h"

namespace weir::databricks::operations {
namespace {

std::optional<std::int64_t> as_id(const json& value) {
  if (value.is_int64() && value.get_int64() > 0) return value.get_int64();
  if (!value.is_string()) return std::nullopt;
  std::string_view text = value.get_string();
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool whole = error == std::errc{} && end == text.data() + text.size() && number > 0;
  return whole ? std::optional(number) : std::nullopt;
}

}  // namespace

void Given::refuse(std::string path, std::string message, std::string hint) {
  if (!problem_) problem_ = databricks::problem(std::move(path), std::move(message), std::move(hint));
}

std::string Given::bad_type(std::string_view name, std::string_view wanted, const json& value) {
  refuse(core::pointer_step(name),
         fmt::format("{} must be {}, not {}", name, wanted, core::type_phrase(value)));
  return {};
}

std::string Given::text(std::string_view name) {
  const json* value = any(name);
  if (!value) {
    refuse("", fmt::format("{} is missing", name));
    return {};
  }
  if (!value->is_string()) return bad_type(name, "a string", *value);
  if (value->get_string().empty()) refuse(core::pointer_step(name), fmt::format("{} is empty", name));
  return std::string(value->get_string());
}

std::string Given::text_or(std::string_view name, std::string_view otherwise) {
  return has(name) ? text(name) : std::string(otherwise);
}

bool Given::flag_or(std::string_view name, bool otherwise) {
  const json* value = any(name);
  if (!value) return otherwise;
  if (!value->is_bool()) bad_type(name, "true or false", *value);
  return value->is_bool() && value->get_bool();
}

std::int64_t Given::id(std::string_view name) {
  if (!has(name)) refuse("", fmt::format("{} is missing", name));
  return id_if_given(name).value_or(0);
}

std::optional<std::int64_t> Given::id_if_given(std::string_view name) {
  const json* value = any(name);
  if (!value) return std::nullopt;
  const json* inside = find(*value, name);
  auto number = as_id(inside ? *inside : *value);
  if (!number) {
    refuse(core::pointer_step(name), fmt::format("{} is no id", to_text(*value)), "give a positive integer");
  }
  return number;
}

std::int64_t Given::number_or(std::string_view name, std::int64_t otherwise) {
  const json* value = any(name);
  if (!value) return otherwise;
  if (value->is_int64() && value->get_int64() >= 0) return value->get_int64();
  bad_type(name, "a number from 0", *value);
  return otherwise;
}

const JsonArray& Given::array(std::string_view name) {
  static const JsonArray none;
  const json* value = any(name);
  if (!value) {
    refuse("", fmt::format("{} is missing", name));
    return none;
  }
  if (!value->is_array()) {
    bad_type(name, "an array", *value);
    return none;
  }
  if (value->get_array().empty()) refuse(core::pointer_step(name), fmt::format("{} is empty", name));
  return value->get_array();
}

Duration Given::duration_or(std::string_view name, Duration otherwise) {
  const json* value = any(name);
  if (!value) return otherwise;
  std::string text;
  if (value->is_string()) text = value->get_string();
  if (value->is_number()) text = fmt::format("{}", value->to_number<double>());
  auto duration = parse_duration(text);
  if (duration) return *duration;
  refuse(core::pointer_step(name), duration.error().message, "write for example 30s or 5m");
  return otherwise;
}

void Given::one_of(std::initializer_list<std::string_view> names) {
  std::vector<std::string_view> there;
  for (auto name : names) {
    if (has(name)) there.push_back(name);
  }
  if (there.empty()) return refuse("", fmt::format("{} is missing", fmt::join(names, " or ")));
  if (there.size() > 1) not_together(there[0], there[1], "keep one of them");
}

void Given::not_together(std::string_view one, std::string_view other, std::string hint) {
  if (!has(one) || !has(other)) return;
  refuse(core::pointer_step(other), fmt::format("{} and {} exclude each other", one, other), std::move(hint));
}

}  // namespace weir::databricks::operations
