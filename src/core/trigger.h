// When a task may start, told by how the tasks it waits for have ended. Every rule gives the same verdict in
// whatever order those ends arrive, so that a resumed run cannot differ from an undisturbed one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace weir::core {

enum class Trigger : std::uint8_t {
  all_success,                  ///< all succeeded; one failure dooms, a skipped one skips
  all_done,                     ///< all ended, however
  one_success,                  ///< as soon as one has succeeded
  one_failed,                   ///< as soon as one has failed; skipped when none does
  all_failed,                   ///< all failed; skipped as soon as one does not
  none_failed,                  ///< all ended and none failed; skipped ones are fine
  none_failed_min_one_success,  ///< the same, and one at least has succeeded
  at_least,                     ///< as soon as so many have succeeded
};

struct TriggerRule {
  Trigger trigger = Trigger::all_success;
  std::uint32_t count = 0;  ///< of at_least
  friend bool operator==(const TriggerRule&, const TriggerRule&) = default;
};

std::string_view name_of(Trigger trigger);
std::optional<Trigger> trigger_from(std::string_view name);
std::vector<std::string_view> trigger_names();

/// How the upstreams of a task have ended so far. A cancelled one counts as failed.
struct Tally {
  std::uint32_t total = 0;
  std::uint32_t succeeded = 0;
  std::uint32_t failed = 0;
  std::uint32_t skipped = 0;
  std::uint32_t done() const { return succeeded + failed + skipped; }
};

enum class Verdict : std::uint8_t { wait, start, skip, upstream_failed };

/// A task without upstreams starts whatever the rule.
Verdict verdict(const TriggerRule& rule, const Tally& tally);

}  // namespace weir::core
