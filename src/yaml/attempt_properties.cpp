#include <array>

#include <fmt/format.h>

#include "yaml/limits.h"
#include "yaml/property.h"
#include "yaml/read_value.h"

namespace weir::yaml {
namespace {

constexpr std::int64_t priority_max = 1'000'000;

void read_timeout_of_attempt(const Member& member, TaskDraft& draft, Faults& faults) {
  draft.spec.policy.timeout = read_timeout(member.name, *member.value, faults);
}

void read_persist(const Member& member, TaskDraft& draft, Faults& faults) {
  draft.spec.policy.persist = read_flag(member.name, *member.value, faults).value_or(false);
}

void read_may_fail(const Member& member, TaskDraft& draft, Faults& faults) {
  draft.spec.policy.may_fail = read_flag(member.name, *member.value, faults).value_or(false);
}

void read_limits(const Member& member, TaskDraft& draft, Faults& faults) {
  draft.spec.policy.limits = read_limit_uses(*member.value, faults);
}

void read_priority(const Member& member, TaskDraft& draft, Faults& faults) {
  auto priority = read_integer(member.name, *member.value, {-priority_max, priority_max}, faults);
  draft.spec.policy.priority = static_cast<std::int32_t>(priority.value_or(0));
}

void read_cache_key(const Member& member, core::Cache& cache, TaskDraft& draft, Faults& faults) {
  if (!member.value->is_null()) return void(cache.key = read_template(*member.value, draft, faults));
  faults.add(member.name_at, "the cache key is empty", "leave it out to cache by the task's inputs");
}

core::Cache read_cache_mapping(const Node& node, TaskDraft& draft, Faults& faults) {
  static const std::vector<std::string> known = {"key", "version", "expires", "refresh"};
  refuse_unknown_members(node, known, faults);
  core::Cache cache;
  for (const auto& member : node.members) {
    if (member.name == "key") read_cache_key(member, cache, draft, faults);
    if (member.name == "version") {
      cache.version = read_text(member.name, *member.value, faults, true).value_or("");
    }
    if (member.name == "expires") cache.expires = read_timeout(member.name, *member.value, faults);
    if (member.name == "refresh") {
      cache.refresh = read_flag(member.name, *member.value, faults).value_or(false);
    }
  }
  return cache;
}

void read_cache(const Member& member, TaskDraft& draft, Faults& faults) {
  const Node& node = *member.value;
  auto& cache = draft.spec.policy.cache;
  if (node.type == Node::Type::mapping) {
    cache = read_cache_mapping(node, draft, faults);
  } else if (node.type == Node::Type::scalar && node.scalar.is_bool()) {
    if (node.scalar.get_bool()) cache = core::Cache{};
  } else {
    faults.add(node.at, fmt::format("'cache' must be true or a mapping, not {}", shown(node)),
               "write cache: true, or cache: {expires: 1d}");
  }
}

constexpr auto properties = std::to_array<Property>({
    {"timeout", read_timeout_of_attempt},
    {"may_fail", read_may_fail},
    {"persist", read_persist},
    {"cache", read_cache},
    {"limits", read_limits},
    {"priority", read_priority},
});

}  // namespace

std::span<const Property> attempt_properties() { return properties; }

}  // namespace weir::yaml
