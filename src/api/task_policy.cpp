#include "api/task_policy.h"

#include <fmt/format.h>

#include <weir/error.h>

#include "core/template.h"

namespace weir::api {
namespace {

template <class T>
void take(std::optional<T>& value, const std::optional<T>& over) {
  if (over) value = over;
}

template <class List>
void take_list(List& value, const List& over) {
  if (!over.empty()) value = over;
}

void take_hook(Hook& value, const Hook& over) {
  if (over) value = over;
}

std::vector<core::LimitUse> uses_of(const std::vector<Limit>& limits) {
  std::vector<core::LimitUse> uses;
  for (const auto& limit : limits) uses.push_back({limit.name, limit.slots});
  return uses;
}

/// Refuses options that no run could keep to.
class Check {
 public:
  explicit Check(const std::string& task) : task_(task) {}

  void that(bool holds, const std::string& otherwise) const {
    if (!holds) throw FlowError(fmt::format("task '{}': {}", task_, otherwise));
  }

 private:
  const std::string& task_;
};

core::Retry retry_of(const Check& check, const TaskOptions& options) {
  core::Retry retry;
  retry.count = options.retries.value_or(0);
  retry.delays = options.retry_delay.list();
  retry.backoff = options.retry_backoff.value_or(1);
  retry.delay_max = options.retry_delay_max;
  retry.jitter = options.retry_jitter.value_or(0);
  retry.on = options.retry_on;
  retry.never_on = options.never_retry_on;
  check.that(retry.count <= core::retries_max,
             fmt::format("retries must be 0 to {}, not {}", core::retries_max, retry.count));
  for (auto delay : retry.delays) check.that(delay.count() >= 0, "retry_delay must not be negative");
  check.that(retry.backoff >= 1, fmt::format("retry_backoff must be 1 or more, not {}", retry.backoff));
  check.that(retry.jitter >= 0 && retry.jitter <= 1,
             fmt::format("retry_jitter must be 0 to 1, not {}", retry.jitter));
  return retry;
}

core::Cache cache_of(const Cache& cache) {
  return {.own_function = static_cast<bool>(cache.key.function),
          .version = cache.version,
          .expires = cache.expires,
          .refresh = cache.refresh};
}

core::Condition condition_of(const detail::When& when) {
  static_assert(static_cast<int>(Is::greater_than) == static_cast<int>(core::Condition::Is::greater_than));
  return {detail::hole(when.key), static_cast<core::Condition::Is>(when.is), detail::literal(when.operand)};
}

}  // namespace

TaskOptions merged(TaskOptions base, const TaskOptions& over) {
  take(base.retries, over.retries);
  if (!over.retry_delay.list().empty()) base.retry_delay = over.retry_delay;
  take(base.retry_backoff, over.retry_backoff);
  take(base.retry_delay_max, over.retry_delay_max);
  take(base.retry_jitter, over.retry_jitter);
  take_list(base.retry_on, over.retry_on);
  take_list(base.never_retry_on, over.never_retry_on);
  take(base.timeout, over.timeout);
  take_list(base.limits, over.limits);
  take(base.priority, over.priority);
  take(base.cache, over.cache);
  take(base.trigger, over.trigger);
  take(base.cleanup, over.cleanup);
  take(base.may_fail, over.may_fail);
  take(base.persist, over.persist);
  take_hook(base.on_success, over.on_success);
  take_hook(base.on_failure, over.on_failure);
  take_hook(base.on_cancel, over.on_cancel);
  take_hook(base.on_retry, over.on_retry);
  take_hook(base.on_end, over.on_end);
  return base;
}

core::Policy policy_of(const std::string& task, const TaskOptions& options,
                       const std::optional<detail::When>& when) {
  Check check(task);
  core::Policy policy;
  policy.retry = retry_of(check, options);
  policy.timeout = options.timeout;
  check.that(!policy.timeout || policy.timeout->count() > 0, "timeout must be longer than nothing");
  policy.limits = uses_of(options.limits);
  for (const auto& limit : policy.limits) {
    check.that(limit.slots > 0, fmt::format("limit '{}' is used with 0 slots", limit.name));
  }
  policy.priority = options.priority.value_or(0);
  if (options.cache) policy.cache = cache_of(*options.cache);
  if (options.trigger) {
    policy.trigger = {*core::trigger_from(options.trigger->name()), options.trigger->count()};
    bool counts = policy.trigger.trigger == core::Trigger::at_least;
    check.that(!counts || policy.trigger.count > 0, "trigger at_least needs a count of 1 or more");
  }
  if (when) policy.when = condition_of(*when);
  policy.cleanup = options.cleanup.value_or(false);
  policy.may_fail = options.may_fail.value_or(false);
  policy.persist = options.persist.value_or(false);
  return policy;
}

std::vector<TaskHook> hooks_of(const TaskOptions& options) {
  std::vector<TaskHook> hooks;
  auto add = [&hooks](core::Hook::On on, const Hook& hook) {
    if (hook) hooks.push_back({on, hook});
  };
  add(core::Hook::On::success, options.on_success);
  add(core::Hook::On::failure, options.on_failure);
  add(core::Hook::On::cancel, options.on_cancel);
  add(core::Hook::On::retry, options.on_retry);
  add(core::Hook::On::end, options.on_end);
  return hooks;
}

void describe(const Flow& flow, core::RunStarted& about) {
  about.flow = flow.name;
  about.timeout = flow.options.timeout;
  about.run_limit = {flow.options.max_runs, flow.options.when_busy == WhenBusy::refuse};
  about.limits = uses_of(flow.options.limits);
}

}  // namespace weir::api
