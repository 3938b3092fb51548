#include "rules.h"

#include <algorithm>

namespace weir::sim {

Fate fate_of(const core::TriggerRule& rule, const Ends& ends) {
  using enum core::Trigger;
  if (ends.total == 0) return Fate::starts;
  auto when_all = [&](Fate fate) { return ends.all() ? fate : Fate::waits; };
  switch (rule.trigger) {
    case all_success:
      return ends.failed ? Fate::gives_up : when_all(ends.skipped ? Fate::skipped : Fate::starts);
    case all_done:
      return when_all(Fate::starts);
    case one_success:
      return ends.succeeded ? Fate::starts : when_all(ends.failed ? Fate::gives_up : Fate::skipped);
    case one_failed:
      return ends.failed ? Fate::starts : when_all(Fate::skipped);
    case all_failed:
      return ends.succeeded || ends.skipped ? Fate::skipped : when_all(Fate::starts);
    case none_failed:
      return ends.failed ? Fate::gives_up : when_all(Fate::starts);
    case none_failed_min_one_success:
      return ends.failed ? Fate::gives_up : when_all(ends.succeeded ? Fate::starts : Fate::skipped);
    case at_least:
      if (ends.succeeded >= rule.count) return Fate::starts;
      return ends.failed + ends.skipped + rule.count > ends.total ? Fate::gives_up : Fate::waits;
  }
  return Fate::waits;
}

namespace {

/// Plans write patterns that are whole texts or end with a star.
bool fits(const std::string& pattern, std::string_view text) {
  if (!pattern.ends_with('*')) return text == pattern;
  return text.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1));
}

bool listed(const std::vector<std::string>& patterns, const core::Failure& failure) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    return fits(pattern, failure.message) || fits(pattern, core::name_of(failure.why));
  });
}

}  // namespace

bool retries(const core::Retry& retry, const core::Failure& failure, std::uint32_t failures) {
  bool wanted = retry.on.empty() || listed(retry.on, failure);
  return failure.retryable && failures <= retry.count && wanted && !listed(retry.never_on, failure);
}

std::pair<Duration, Duration> retry_delays(const core::Retry& retry, std::uint32_t failures) {
  if (retry.delays.empty()) return {Duration{0}, Duration{0}};
  double delay = 0;
  for (std::uint32_t i = 0; i < failures; ++i) {
    bool in_list = i < retry.delays.size();
    delay = in_list ? static_cast<double>(retry.delays[i].count()) : delay * retry.backoff;
  }
  if (retry.delay_max) delay = std::min(delay, static_cast<double>(retry.delay_max->count()));
  auto micros = [](double value) { return Duration{static_cast<Duration::rep>(value)}; };
  return {micros(delay), micros(delay * (1 + retry.jitter)) + Duration{1}};
}

std::optional<json> fill(const json& compiled, const LookUp& look_up) {
  if (const auto* array = compiled.if_array()) {
    JsonArray filled;
    for (const auto& item : *array) {
      auto value = fill(item, look_up);
      if (!value) return std::nullopt;
      filled.push_back(std::move(*value));
    }
    return filled;
  }
  const auto* object = compiled.if_object();
  if (!object) return compiled;
  if (const auto* steps = object->if_contains("$")) {
    core::Path path;
    for (const auto& step : steps->get_array()) path.emplace_back(step.get_string());
    return look_up(path);
  }
  JsonObject filled;
  for (const auto& [key, item] : *object) {
    auto value = fill(item, look_up);
    if (!value) return std::nullopt;
    filled[key] = std::move(*value);
  }
  return filled;
}

std::optional<bool> is_true(const core::Condition& condition, const LookUp& look_up) {
  auto value = fill(condition.value, look_up);
  if (!value || !value->is_number() || !condition.operand.is_number()) return std::nullopt;
  auto left = value->to_number<std::int64_t>();
  auto right = condition.operand.to_number<std::int64_t>();
  switch (condition.is) {
    case core::Condition::Is::equals:
      return left == right;
    case core::Condition::Is::not_equals:
      return left != right;
    case core::Condition::Is::less_than:
      return left < right;
    case core::Condition::Is::greater_than:
      return left > right;
    default:
      return std::nullopt;
  }
}

}  // namespace weir::sim
