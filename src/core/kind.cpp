#include "core/kind.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/nearest.h"
#include "core/template.h"

namespace weir::core {
namespace {

bool takes_anything(const Kind& kind) { return kind.open && kind.fields.empty(); }

bool is_compiled_text(const json& value) {
  const json* parts = find(value, "$text");
  return parts && parts->is_array() && value.get_object().size() == 1;
}

/// The members of an object, seen through the wrapper that a compiled template may have put around it.
const JsonObject* members_of(const json& inputs) {
  if (is_compiled_text(inputs)) return nullptr;
  const json* wrapped = find(inputs, "$literal");
  if (wrapped && wrapped->is_object() && inputs.get_object().size() == 1) return wrapped->if_object();
  return inputs.if_object();
}

/// What a person would call the type of a compiled value.
std::string authored_type(const json& value) {
  return is_compiled_text(value) ? "a string" : type_phrase(value);
}

bool fits(FieldType type, const json& value) {
  if (type == FieldType::any || is_hole(value)) return true;
  switch (type) {
    case FieldType::string:
      return value.is_string() || is_compiled_text(value);
    case FieldType::integer:
      return value.is_int64() || value.is_uint64();
    case FieldType::number:
      return value.is_number();
    case FieldType::boolean:
      return value.is_bool();
    case FieldType::object:
      return members_of(value) != nullptr;
    case FieldType::array:
      return value.is_array();
    case FieldType::any:
      break;
  }
  return true;
}

std::string with_article(std::string_view noun) {
  bool vowel = !noun.empty() && std::string_view("aeiou").find(noun.front()) != std::string_view::npos;
  return fmt::format("{} {}", vowel ? "an" : "a", noun);
}

std::vector<std::string> field_names(const Kind& kind) {
  std::vector<std::string> names;
  for (const auto& field : kind.fields) names.push_back(field.name);
  return names;
}

void apply_shorthand(const Kind& kind, json& inputs) {
  if (inputs.is_null()) inputs = JsonObject{};
  if (kind.shorthand.empty() || members_of(inputs)) return;
  json whole = std::move(inputs);
  inputs = JsonObject{{kind.shorthand, std::move(whole)}};
}

Problem not_an_object(const Kind& kind, const json& inputs) {
  auto message = fmt::format("'{}' takes an object, not {}", kind.name, authored_type(inputs));
  auto hint = kind.fields.empty() ? "" : fmt::format("its fields: {}", fmt::join(field_names(kind), ", "));
  return {"", {Code::invalid, std::move(message), std::move(hint)}};
}

void check_member(const Kind& kind, const std::string& where, std::string_view name, const json& value,
                  std::vector<Problem>& problems) {
  auto field = std::ranges::find(kind.fields, name, &Field::name);
  if (field == kind.fields.end()) {
    if (kind.open) return;
    problems.push_back({.path = where + pointer_step(name),
                        .error = {Code::invalid, fmt::format("'{}' has no field '{}'", kind.name, name),
                                  suggest(name, field_names(kind))},
                        .about_name = true});
  } else if (!fits(field->type, value)) {
    auto message = fmt::format("field '{}' of '{}' must be {}, not {}", name, kind.name,
                               with_article(name_of(field->type)), authored_type(value));
    problems.push_back({where + pointer_step(name), {Code::invalid, std::move(message), field->summary}});
  }
}

/// Whether a field is there or may be, in the inputs or below them in the base.
bool may_have(const Kind& kind, const JsonObject& members, const std::string& name) {
  if (members.contains(name)) return true;
  const json* base = kind.base.empty() ? nullptr : members.if_contains(kind.base);
  if (!base) return false;
  const JsonObject* below = members_of(*base);
  return is_hole(*base) || !below || below->contains(name);
}

}  // namespace

std::string pointer_step(std::string_view name) {
  std::string step = "/";
  for (char c : name) step += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return step;
}

std::string_view name_of(FieldType type) {
  switch (type) {
    case FieldType::any:
      return "any value";
    case FieldType::string:
      return "string";
    case FieldType::integer:
      return "integer";
    case FieldType::number:
      return "number";
    case FieldType::boolean:
      return "boolean";
    case FieldType::object:
      return "object";
    case FieldType::array:
      return "array";
  }
  return "any value";
}

std::string type_phrase(const json& value) {
  return value.is_null() ? std::string("null") : with_article(type_name(value));
}

std::vector<Problem> problems_with(const Kind& kind, json& inputs) {
  if (takes_anything(kind) || is_hole(inputs)) return {};
  apply_shorthand(kind, inputs);
  const JsonObject* members = members_of(inputs);
  if (!members) return {not_an_object(kind, inputs)};

  std::vector<Problem> problems;
  for (const auto& member : *members) {
    check_member(kind, "", member.key(), member.value(), problems);
    const JsonObject* below = member.key() == kind.base ? members_of(member.value()) : nullptr;
    if (!below || is_hole(member.value())) continue;
    for (const auto& inner : *below) {
      check_member(kind, pointer_step(kind.base), inner.key(), inner.value(), problems);
    }
  }
  for (const auto& field : kind.fields) {
    if (!field.required || may_have(kind, *members, field.name)) continue;
    auto hint = field.summary.empty() ? "" : fmt::format("{}: {}", field.name, field.summary);
    problems.push_back(
        {"", {Code::invalid, fmt::format("'{}' needs the field '{}'", kind.name, field.name), hint}});
  }
  return problems;
}

std::optional<Problem> check_inputs(const Kind& kind, json& inputs) {
  auto problems = problems_with(kind, inputs);
  if (problems.empty()) return std::nullopt;
  return std::move(problems.front());
}

}  // namespace weir::core
