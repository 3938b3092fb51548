#include "yaml/limits.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/nearest.h"
#include "yaml/read_value.h"

namespace weir::yaml {
namespace {

std::vector<core::LimitUse> read_slots(const Node& mapping, Faults& faults) {
  std::vector<core::LimitUse> limits;
  for (const auto& member : mapping.members) {
    bool named = check_name("limit", member.name, member.name_at, faults);
    auto slots = read_integer(member.name, *member.value, {1, limit_slots_max}, faults);
    if (named && slots) limits.push_back({member.name, static_cast<std::uint32_t>(*slots)});
  }
  return limits;
}

/// Where the task takes this limit.
Position place_of(const TaskDraft& task, const std::string& limit) {
  const Node& node = *task.member("limits")->value;
  if (const Member* member = find_member(node, limit)) return member->name_at;
  auto item = std::ranges::find(node.items, limit, &Node::text);
  return item != node.items.end() ? (*item)->at : node.at;
}

void check_use(const TaskDraft& task, const core::LimitUse& use, const std::vector<core::LimitUse>& sizes,
               Faults& faults) {
  auto size = std::ranges::find(sizes, use.name, &core::LimitUse::name);
  if (size != sizes.end()) {
    if (use.slots <= size->slots) return;
    return faults.add(place_of(task, use.name),
                      fmt::format("task '{}' wants {} slots of '{}', which has {}", task.spec.key, use.slots,
                                  use.name, size->slots),
                      "it could never start");
  }
  std::vector<std::string> names;
  for (const auto& limit : sizes) names.push_back(limit.name);
  auto near = nearest(use.name, names);
  if (!near) return;
  faults.add(place_of(task, use.name), fmt::format("no limit '{}'", use.name),
             fmt::format("did you mean '{}'?", *near));
}

}  // namespace

std::vector<core::LimitUse> read_limit_uses(const Node& node, Faults& faults) {
  if (node.type == Node::Type::mapping) return read_slots(node, faults);
  std::vector<core::LimitUse> uses;
  for (const auto& [name, at] : read_texts("limits", node, faults)) {
    if (!check_name("limit", name, at, faults)) continue;
    if (std::ranges::find(uses, name, &core::LimitUse::name) == uses.end()) {
      uses.push_back({name, 1});
    } else {
      faults.add(at, fmt::format("the limit '{}' is listed twice", name),
                 fmt::format("to take two of its slots, write limits: {{{}: 2}}", name));
    }
  }
  return uses;
}

std::vector<core::LimitUse> read_limit_sizes(const Node& node, Faults& faults) {
  if (node.type == Node::Type::mapping) return read_slots(node, faults);
  faults.add(node.at, fmt::format("'limits' must be a mapping, not {}", shown(node)),
             "write name: how many at a time, for example limits: {database: 3}");
  return {};
}

void check_limits(std::span<const TaskDraft> tasks, const std::vector<core::LimitUse>& sizes,
                  Faults& faults) {
  for (const auto& task : tasks) {
    for (const auto& use : task.spec.policy.limits) check_use(task, use, sizes, faults);
  }
}

}  // namespace weir::yaml
