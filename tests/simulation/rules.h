// When a task may start, be skipped or give up, as its documentation says it: the audit's own reading of trigger
// rules, conditions and retries.
#pragma once

#include <functional>
#include <optional>

#include "core/flow.h"
#include "core/template.h"

namespace weir::sim {

/// How the tasks that one waits for have ended so far. Cancelled counts as failed.
struct Ends {
  std::uint32_t total = 0;
  std::uint32_t succeeded = 0;
  std::uint32_t failed = 0;
  std::uint32_t skipped = 0;
  bool all() const { return succeeded + failed + skipped == total; }
};

enum class Fate : std::uint8_t { waits, starts, skipped, gives_up };

Fate fate_of(const core::TriggerRule& rule, const Ends& ends);

/// Whether another attempt follows the `failures`-th failure.
bool retries(const core::Retry& retry, const core::Failure& failure, std::uint32_t failures);

/// The shortest and the longest delay before it, by the extent of jitter.
std::pair<Duration, Duration> retry_delays(const core::Retry& retry, std::uint32_t failures);

/// Fills a template of the kind that plans contain: constants and look-ups. nullopt when one finds nothing.
using LookUp = std::function<std::optional<json>(const core::Path& path)>;
std::optional<json> fill(const json& compiled, const LookUp& look_up);

/// Of the few comparisons that plans contain. nullopt when it cannot be decided.
std::optional<bool> is_true(const core::Condition& condition, const LookUp& look_up);

}  // namespace weir::sim
