#include <array>

#include <fmt/format.h>

#include "yaml/property.h"
#include "yaml/read_value.h"

namespace weir::yaml {
namespace {

using core::Condition;

constexpr std::int64_t at_least_max = 1'000'000;

std::vector<std::string> rule_names() {
  std::vector<std::string> names;
  for (auto name : core::trigger_names()) names.emplace_back(name);
  return names;
}

void read_counted_rule(const Node& node, TaskDraft& draft, Faults& faults) {
  static const std::vector<std::string> known = {"at_least"};
  refuse_unknown_members(node, known, faults);
  const Member* count = find_member(node, "at_least");
  if (!count && node.members.empty())
    faults.add(node.at, "'trigger' is empty", "write trigger: {at_least: 2}");
  auto number = count ? read_integer(count->name, *count->value, {1, at_least_max}, faults) : std::nullopt;
  if (number) draft.spec.policy.trigger = {core::Trigger::at_least, static_cast<std::uint32_t>(*number)};
}

void read_trigger(const Member& member, TaskDraft& draft, Faults& faults) {
  const Node& node = *member.value;
  if (node.type == Node::Type::mapping) return read_counted_rule(node, draft, faults);
  auto name = read_choice(member.name, node, rule_names(), faults);
  if (!name) return;
  draft.spec.policy.trigger.trigger = *core::trigger_from(*name);
  if (*name == "at_least") faults.add(node.at, "'at_least' needs a number", "write trigger: {at_least: 2}");
}

void read_cleanup(const Member& member, TaskDraft& draft, Faults& faults) {
  draft.spec.policy.cleanup = read_flag(member.name, *member.value, faults).value_or(false);
}

std::vector<std::string> comparison_names() {
  std::vector<std::string> names;
  for (auto name : core::condition_names()) {
    if (core::condition_from(name) != Condition::Is::truthy) names.emplace_back(name);
  }
  return names;
}

/// A list is searched, numbers and texts have an order; look-ups may become anything.
void check_operand(const Condition& condition, const Node& operand, Faults& faults) {
  using enum Condition::Is;
  if (core::is_hole(condition.operand)) return;
  bool searched = condition.is == in || condition.is == not_in;
  bool ordered = condition.is == less_than || condition.is == greater_than;
  bool comparable = operand.type == Node::Type::scalar && !operand.is_null() && !operand.scalar.is_bool();
  auto name = core::name_of(condition.is);
  if (searched && operand.type != Node::Type::sequence) {
    faults.add(operand.at, fmt::format("'{}' must be a list, not {}", name, shown(operand)));
  } else if (ordered && !comparable) {
    faults.add(operand.at, fmt::format("'{}' must be a number or text, not {}", name, shown(operand)));
  }
}

void read_comparison(const Member& member, Condition& condition, TaskDraft& draft, Faults& faults) {
  if (condition.is != Condition::Is::truthy) {
    return faults.add(
        member.name_at,
        fmt::format("'when' has two comparisons, '{}' and '{}'", core::name_of(condition.is), member.name),
        "keep one; what needs more is the work of a task");
  }
  condition.is = *core::condition_from(member.name);
  condition.operand = read_template(*member.value, draft, faults);
  check_operand(condition, *member.value, faults);
}

Condition read_condition(const Node& node, TaskDraft& draft, Faults& faults) {
  auto known = comparison_names();
  known.insert(known.begin(), "value");
  refuse_unknown_members(node, known, faults);
  Condition condition;
  for (const auto& member : node.members) {
    if (member.name == "value") {
      condition.value = read_template(*member.value, draft, faults);
    } else if (core::condition_from(member.name).value_or(Condition::Is::truthy) != Condition::Is::truthy) {
      read_comparison(member, condition, draft, faults);
    }
  }
  if (!find_member(node, "value")) {
    faults.add(node.at, "'when' needs 'value'",
               "write when: {value: \"{{ parameters.region }}\", equals: west}");
  }
  return condition;
}

void read_when(const Member& member, TaskDraft& draft, Faults& faults) {
  const Node& node = *member.value;
  auto readings = draft.readings.size();
  auto known_faults = faults.size();
  Condition condition;
  if (node.type == Node::Type::mapping) {
    condition = read_condition(node, draft, faults);
  } else {
    condition.value = read_template(node, draft, faults);
  }
  bool constant = draft.readings.size() == readings;
  bool switched = node.type == Node::Type::scalar && node.scalar.is_bool();
  if (constant && !switched && faults.size() == known_faults) {
    faults.add(node.at, "'when' looks nothing up, so it never changes",
               "write for example when: \"{{ parameters.full }}\"");
  }
  draft.spec.policy.when = std::move(condition);
}

/// One array to walk along.
void check_source(std::string_view name, const json& compiled, const Node& node, Faults& faults) {
  constexpr const char* hint =
      "write a list, or one look-up alone: \"{{ tasks.list.result }}\"; or a mapping of such, walked along "
      "together";
  if (compiled.is_array() || core::is_hole(compiled)) return;
  faults.add(node.at, fmt::format("'{}' must be a list or a look-up of one, not {}", name, shown(node)),
             hint);
}

/// Lists whose length is known now must have the same.
void check_lengths(const Node& node, Faults& faults) {
  const Member* first = nullptr;
  for (const auto& member : node.members) {
    if (member.value->type != Node::Type::sequence) continue;
    if (!first) first = &member;
    auto expected = first->value->items.size(), length = member.value->items.size();
    if (length == expected) continue;
    faults.add(member.name_at,
               fmt::format("'{}' has {} items, '{}' has {}", first->name, expected, member.name, length),
               "lists that are mapped together must have one length");
  }
}

void check_sources(const json& compiled, const Node& node, Faults& faults) {
  if (node.type != Node::Type::mapping) return check_source("map", compiled, node, faults);
  if (node.members.empty()) return check_source("map", nullptr, node, faults);
  for (const auto& member : node.members) {
    if (!check_name("item", member.name, member.name_at, faults)) continue;
    const json* source = find(compiled, member.name);
    if (source) check_source(member.name, *source, *member.value, faults);
  }
  check_lengths(node, faults);
}

void read_map(const Member& member, TaskDraft& draft, Faults& faults) {
  auto first = draft.readings.size();
  draft.spec.map = read_template(*member.value, draft, faults);
  for (auto i = first; i < draft.readings.size(); ++i) draft.readings[i].in_map = true;
  check_sources(*draft.spec.map, *member.value, faults);
}

constexpr auto properties = std::to_array<Property>({
    {"trigger", read_trigger},
    {"when", read_when},
    {"cleanup", read_cleanup},
    {"map", read_map},
});

}  // namespace

std::span<const Property> start_properties() { return properties; }

}  // namespace weir::yaml
