#include "core/trigger.h"

#include <array>

namespace weir::core {
namespace {

constexpr auto names =
    std::to_array<std::string_view>({"all_success", "all_done", "one_success", "one_failed", "all_failed",
                                     "none_failed", "none_failed_min_one_success", "at_least"});

}  // namespace

std::string_view name_of(Trigger trigger) { return names[static_cast<std::size_t>(trigger)]; }

std::optional<Trigger> trigger_from(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Trigger>(i);
  }
  return std::nullopt;
}

std::vector<std::string_view> trigger_names() { return {names.begin(), names.end()}; }

Verdict verdict(const TriggerRule& rule, const Tally& tally) {
  using enum Verdict;
  if (tally.total == 0) return start;
  bool all_ended = tally.done() == tally.total;
  switch (rule.trigger) {
    case Trigger::all_success:
      if (tally.failed > 0) return upstream_failed;
      if (!all_ended) return wait;
      return tally.skipped > 0 ? skip : start;
    case Trigger::all_done:
      return all_ended ? start : wait;
    case Trigger::one_success:
      if (tally.succeeded > 0) return start;
      if (!all_ended) return wait;
      return tally.failed > 0 ? upstream_failed : skip;
    case Trigger::one_failed:
      if (tally.failed > 0) return start;
      return all_ended ? skip : wait;
    case Trigger::all_failed:
      if (tally.succeeded + tally.skipped > 0) return skip;
      return all_ended ? start : wait;
    case Trigger::none_failed:
      if (tally.failed > 0) return upstream_failed;
      return all_ended ? start : wait;
    case Trigger::none_failed_min_one_success:
      if (tally.failed > 0) return upstream_failed;
      if (!all_ended) return wait;
      return tally.succeeded > 0 ? start : skip;
    case Trigger::at_least:
      if (tally.succeeded >= rule.count) return start;
      return tally.total - tally.failed - tally.skipped < rule.count ? upstream_failed : wait;
  }
  return wait;
}

}  // namespace weir::core
