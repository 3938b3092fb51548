#include <array>

#include <fmt/format.h>

#include "base/nearest.h"
#include "yaml/property.h"
#include "yaml/read_value.h"

namespace weir::yaml {
namespace {

constexpr double retry_backoff_max = 1000;

using core::Failure;
using core::Retry;

Retry& retry_of(TaskDraft& draft) { return draft.spec.policy.retry; }

/// Retries are off unless somebody asks for them: what shapes them is meant to have an effect.
void need(std::string_view other, std::string_view hint, const Member& member, const TaskDraft& draft,
          Faults& faults) {
  if (draft.member(other)) return;
  faults.add(member.name_at, fmt::format("'{}' has no effect without '{}'", member.name, other),
             std::string(hint));
}

void need_retries(const Member& member, const TaskDraft& draft, Faults& faults) {
  need("retries", "say how often the task is tried again: retries: 3", member, draft, faults);
}

void need_delay(const Member& member, const TaskDraft& draft, Faults& faults) {
  need("retry_delay", "say how long the first delay is: retry_delay: 10s", member, draft, faults);
}

void read_retries(const Member& member, TaskDraft& draft, Faults& faults) {
  auto retries = read_integer(member.name, *member.value, {0, core::retries_max}, faults);
  if (retries) retry_of(draft).count = static_cast<std::uint32_t>(*retries);
}

void read_delay(const Member& member, TaskDraft& draft, Faults& faults) {
  need_retries(member, draft, faults);
  const Node& node = *member.value;
  if (node.type != Node::Type::sequence) {
    if (auto delay = read_duration(member.name, node, faults)) retry_of(draft).delays = {*delay};
    return;
  }
  if (node.items.empty()) {
    return faults.add(node.at, fmt::format("'{}' lists no delay", member.name),
                      "write for example [1s, 10s, 1m]");
  }
  for (const Node* item : node.items) {
    if (auto delay = read_duration(member.name, *item, faults)) retry_of(draft).delays.push_back(*delay);
  }
}

void read_backoff(const Member& member, TaskDraft& draft, Faults& faults) {
  need_delay(member, draft, faults);
  auto backoff = read_number(member.name, *member.value, {1, retry_backoff_max}, faults);
  if (backoff) retry_of(draft).backoff = *backoff;
}

void read_delay_max(const Member& member, TaskDraft& draft, Faults& faults) {
  need_delay(member, draft, faults);
  retry_of(draft).delay_max = read_timeout(member.name, *member.value, faults);
}

void read_jitter(const Member& member, TaskDraft& draft, Faults& faults) {
  need_delay(member, draft, faults);
  auto jitter = read_number(member.name, *member.value, {0, 1}, faults);
  if (jitter) retry_of(draft).jitter = *jitter;
}

/// A word that is nearly the name of a way to fail was hardly meant as the whole of a message.
void refuse_misspelt(const PlacedText& pattern, Faults& faults) {
  static const std::vector<std::string> whys = {"error", "timeout", "crashed"};
  auto near = nearest(pattern.text, whys);
  if (!near || *near == pattern.text || pattern.text.find_first_of("* ") != std::string::npos) return;
  faults.add(pattern.at, fmt::format("'{}' is no way to fail", pattern.text),
             fmt::format("did you mean '{}'? Messages are matched with *: \"HTTP 5*\"", *near));
}

std::vector<std::string> read_patterns(const Member& member, const TaskDraft& draft, Faults& faults) {
  need_retries(member, draft, faults);
  std::vector<std::string> patterns;
  for (auto& pattern : read_texts(member.name, *member.value, faults)) {
    refuse_misspelt(pattern, faults);
    patterns.push_back(std::move(pattern.text));
  }
  return patterns;
}

void read_on(const Member& member, TaskDraft& draft, Faults& faults) {
  retry_of(draft).on = read_patterns(member, draft, faults);
}

void read_never_on(const Member& member, TaskDraft& draft, Faults& faults) {
  retry_of(draft).never_on = read_patterns(member, draft, faults);
}

constexpr auto properties = std::to_array<Property>({
    {"retries", read_retries},
    {"retry_delay", read_delay},
    {"retry_backoff", read_backoff},
    {"retry_delay_max", read_delay_max},
    {"retry_jitter", read_jitter},
    {"retry_on", read_on},
    {"never_retry_on", read_never_on},
});

}  // namespace

std::span<const Property> retry_properties() { return properties; }

}  // namespace weir::yaml
