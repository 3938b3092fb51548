#include "core/policy.h"

#include <algorithm>
#include <cmath>

namespace weir::core {
namespace {

/// Delays are kept far from the end of what Duration can count.
constexpr Duration delay_longest = std::chrono::days{365};

/// Whether `text` is the pattern with each `*` replaced by something. Linear in the text for each star.
bool fits(std::string_view pattern, std::string_view text) {
  std::size_t in_pattern = 0, in_text = 0;
  std::optional<std::size_t> star;
  std::size_t after_star = 0;
  while (in_text < text.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      after_star = in_text;
    } else if (in_pattern < pattern.size() && pattern[in_pattern] == text[in_text]) {
      ++in_pattern;
      ++in_text;
    } else if (star) {
      in_pattern = *star + 1;
      in_text = ++after_star;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in_pattern) == std::string_view::npos;
}

bool any_matches(const std::vector<std::string>& patterns, const Failure& failure) {
  return std::ranges::any_of(patterns, [&](const auto& pattern) { return matches(pattern, failure); });
}

json texts(const std::vector<std::string>& values) { return JsonArray(values.begin(), values.end()); }

std::vector<std::string> texts_from(const json* value) {
  std::vector<std::string> texts;
  if (!value || !value->is_array()) return texts;
  for (const auto& item : value->get_array()) {
    if (const auto* text = item.if_string()) texts.emplace_back(*text);
  }
  return texts;
}

double number_or(const json& value, std::string_view key, double otherwise) {
  const json* found = find(value, key);
  return found && found->is_number() ? found->to_number<double>() : otherwise;
}

std::optional<Duration> duration_from(const json& value, std::string_view key) {
  auto micros = find_int(value, key);
  return micros ? std::optional(Duration{*micros}) : std::nullopt;
}

json to_json(const Retry& retry) {
  JsonObject object{{"count", retry.count}};
  if (!retry.delays.empty()) {
    auto& delays = object["delays_us"].emplace_array();
    for (auto delay : retry.delays) delays.emplace_back(delay.count());
  }
  if (retry.backoff != 1) object["backoff"] = retry.backoff;
  if (retry.delay_max) object["delay_max_us"] = retry.delay_max->count();
  if (retry.jitter > 0) object["jitter"] = retry.jitter;
  if (!retry.on.empty()) object["on"] = texts(retry.on);
  if (!retry.never_on.empty()) object["never_on"] = texts(retry.never_on);
  return object;
}

Retry retry_from(const json& value) {
  Retry retry;
  retry.count = static_cast<std::uint32_t>(int_or(value, "count", 0));
  if (const json* delays = find(value, "delays_us"); delays && delays->is_array()) {
    for (const auto& delay : delays->get_array()) retry.delays.emplace_back(delay.to_number<std::int64_t>());
  }
  retry.backoff = number_or(value, "backoff", 1);
  retry.delay_max = duration_from(value, "delay_max_us");
  retry.jitter = number_or(value, "jitter", 0);
  retry.on = texts_from(find(value, "on"));
  retry.never_on = texts_from(find(value, "never_on"));
  return retry;
}

json to_json(const Cache& cache) {
  JsonObject object;
  if (cache.key) object["key"] = *cache.key;
  if (cache.own_function) object["own_function"] = true;
  if (!cache.version.empty()) object["version"] = cache.version;
  if (cache.expires) object["expires_us"] = cache.expires->count();
  if (cache.refresh) object["refresh"] = true;
  return object;
}

Cache cache_from(const json& value) {
  Cache cache;
  if (const json* key = find(value, "key")) cache.key = *key;
  cache.own_function = bool_or(value, "own_function", false);
  cache.version = string_or(value, "version", "");
  cache.expires = duration_from(value, "expires_us");
  cache.refresh = bool_or(value, "refresh", false);
  return cache;
}

json to_json(const Condition& condition) {
  JsonObject object{{"value", condition.value}};
  if (condition.is != Condition::Is::truthy) object[name_of(condition.is)] = condition.operand;
  return object;
}

Condition condition_of(const json& value) {
  Condition condition;
  if (const json* found = find(value, "value")) condition.value = *found;
  for (auto name : condition_names()) {
    const json* operand = find(value, name);
    if (!operand) continue;
    condition.is = *condition_from(name);
    condition.operand = *operand;
  }
  return condition;
}

TriggerRule trigger_of(const json& value) {
  TriggerRule rule;
  rule.trigger = trigger_from(string_or(value, "trigger", "")).value_or(Trigger::all_success);
  rule.count = static_cast<std::uint32_t>(int_or(value, "trigger_count", 0));
  return rule;
}

std::vector<LimitUse> limits_from(const json& value) {
  std::vector<LimitUse> limits;
  const json* found = find(value, "limits");
  if (!found || !found->is_object()) return limits;
  for (const auto& [name, slots] : found->get_object()) {
    limits.push_back({name, slots.is_number() ? slots.to_number<std::uint32_t>() : 1});
  }
  return limits;
}

/// What a remote service calls a failure, "CLUSTER_ERROR"; empty when it says nothing.
std::string code_of(const Failure& failure) { return string_or(failure.detail, "termination_code", ""); }

}  // namespace

bool matches(std::string_view pattern, const Failure& failure) {
  auto code = code_of(failure);
  return fits(pattern, name_of(failure.why)) || fits(pattern, failure.message) ||
         (!code.empty() && fits(pattern, code));
}

bool grants_retry(const Retry& retry, const Failure& failure, std::uint32_t failures) {
  if (failures > retry.count) return false;
  auto code = code_of(failure);
  bool is_named = !code.empty() && std::ranges::find(retry.on, code) != retry.on.end();
  if (!failure.retryable && !is_named) return false;
  if (any_matches(retry.never_on, failure)) return false;
  return retry.on.empty() || any_matches(retry.on, failure);
}

Duration delay_before_retry(const Retry& retry, std::uint32_t failures, std::uint64_t seed) {
  if (retry.delays.empty() || failures == 0) return Duration{0};
  std::size_t listed = std::min<std::size_t>(failures, retry.delays.size());
  double micros = static_cast<double>(retry.delays[listed - 1].count());
  if (micros == 0) return Duration{0};  // however large the back-off has grown
  micros *= std::pow(retry.backoff, static_cast<double>(failures - listed));
  micros = std::min(micros, static_cast<double>(retry.delay_max.value_or(delay_longest).count()));
  constexpr double seeds = 18446744073709551616.0;  // 2^64
  micros *= 1 + retry.jitter * (static_cast<double>(seed) / seeds);
  return std::min(Duration{std::llround(micros)}, 2 * delay_longest);
}

json to_json(const Policy& policy) {
  JsonObject object;
  if (policy.retry != Retry{}) object["retry"] = to_json(policy.retry);
  if (policy.timeout) object["timeout_us"] = policy.timeout->count();
  if (policy.trigger != TriggerRule{}) object["trigger"] = name_of(policy.trigger.trigger);
  if (policy.trigger.count > 0) object["trigger_count"] = policy.trigger.count;
  if (policy.when) object["when"] = to_json(*policy.when);
  if (policy.cleanup) object["cleanup"] = true;
  if (policy.may_fail) object["may_fail"] = true;
  if (policy.persist) object["persist"] = true;
  if (policy.cache) object["cache"] = to_json(*policy.cache);
  for (const auto& limit : policy.limits) {
    if (!object.contains("limits")) object["limits"].emplace_object();
    object["limits"].get_object()[limit.name] = limit.slots;
  }
  if (!policy.hooks.empty()) object["hooks"] = to_json(policy.hooks);
  if (policy.priority != 0) object["priority"] = policy.priority;
  return object;
}

Policy policy_from(const json& value) {
  Policy policy;
  if (const json* retry = find(value, "retry")) policy.retry = retry_from(*retry);
  // Histories of the first schema: two plain numbers.
  if (auto retries = find_int(value, "retries")) policy.retry.count = static_cast<std::uint32_t>(*retries);
  if (auto delay = duration_from(value, "retry_delay_us")) policy.retry.delays = {*delay};
  policy.timeout = duration_from(value, "timeout_us");
  policy.trigger = trigger_of(value);
  if (const json* when = find(value, "when")) policy.when = condition_of(*when);
  policy.cleanup = bool_or(value, "cleanup", false);
  policy.may_fail = bool_or(value, "may_fail", false);
  policy.persist = bool_or(value, "persist", false);
  if (const json* cache = find(value, "cache")) policy.cache = cache_from(*cache);
  policy.limits = limits_from(value);
  if (const json* hooks = find(value, "hooks")) policy.hooks = hooks_from(*hooks);
  policy.priority = static_cast<std::int32_t>(int_or(value, "priority", 0));
  return policy;
}

}  // namespace weir::core
