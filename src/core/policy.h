// What an author may say about how a task is run, and the pure functions that follow from it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "core/condition.h"
#include "core/failure.h"
#include "core/hook.h"
#include "core/trigger.h"

namespace weir::core {

/// Further attempts after one that failed. An attempt that died with its process does not count.
struct Retry {
  std::uint32_t count = 0;
  std::vector<Duration> delays{};       ///< before the first retry, the second …; the last one repeats
  double backoff = 1;                   ///< beyond the list, each delay is the one before times this
  std::optional<Duration> delay_max{};  ///< no delay is longer, jitter aside
  double jitter = 0;                    ///< 0 to 1: lengthens each delay by up to this share of itself
  std::vector<std::string> on{};        ///< retry only failures that match one of these; empty: any
  std::vector<std::string> never_on{};  ///< and none of these
  friend bool operator==(const Retry&, const Retry&) = default;
};

constexpr std::uint32_t retries_max = 1000;

/// A worker that dies under a task this often in a row is not a mishap any more: the task has failed.
constexpr std::uint32_t worker_crashes_max = 3;

/// The result of a task with the same key is taken from an earlier run.
struct Cache {
  std::optional<json> key{};          ///< compiled template; without it: the kind and the filled inputs
  bool own_function = false;          ///< the key comes from a function of the program
  std::string version{};              ///< of the source: another version is another key
  std::optional<Duration> expires{};  ///< after it was made; nullopt: never
  bool refresh = false;               ///< run anyway, and keep the new result
  friend bool operator==(const Cache&, const Cache&) = default;
};

/// A share of a named concurrency limit, taken while an attempt is under way.
struct LimitUse {
  std::string name{};
  std::uint32_t slots = 1;
  friend bool operator==(const LimitUse&, const LimitUse&) = default;
};

struct Policy {
  Retry retry{};
  std::optional<Duration> timeout{};  ///< of one attempt
  TriggerRule trigger{};
  std::optional<Condition> when{};  ///< the task is skipped when it does not hold
  bool cleanup = false;             ///< runs after what it waits for, also when the run is being cancelled
  bool may_fail = false;            ///< its failure does not make the run fail
  bool persist = false;             ///< its result is kept after its last reader
  std::optional<Cache> cache{};
  std::vector<LimitUse> limits{};
  std::vector<Hook> hooks{};
  std::int32_t priority = 0;  ///< higher ones start first
  friend bool operator==(const Policy&, const Policy&) = default;
};

/// Whether there is another attempt after the `failures`-th failure. Its code in `on` overrules `retryable`.
bool grants_retry(const Retry& retry, const Failure& failure, std::uint32_t failures);

/// How long to wait before that attempt. `seed` decides the jitter: the same seed gives the same delay.
Duration delay_before_retry(const Retry& retry, std::uint32_t failures, std::uint64_t seed);

/// `*` stands for any text. Patterns meet the failure's why ("timeout"), its code or its whole message.
bool matches(std::string_view pattern, const Failure& failure);

json to_json(const Policy& policy);     ///< an object; empty for the default
Policy policy_from(const json& value);  ///< inverse of to_json; unknown members are passed over

}  // namespace weir::core
