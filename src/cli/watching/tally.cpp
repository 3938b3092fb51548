#include "cli/watching/tally.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "cli/watching/state_look.h"

namespace weir::cli {
namespace {

using core::TaskState;

constexpr std::size_t bar_width = 20;

}  // namespace

std::size_t StateCounts::total() const {
  return std::accumulate(by_state.begin(), by_state.end(), std::size_t{0});
}

std::size_t StateCounts::ended() const {
  return total() - in(TaskState::pending)-in(TaskState::running)-in(TaskState::retrying);
}

StateCounts counts_of(const core::Stage& stage) {
  StateCounts counts;
  for (std::size_t state = 0; state < core::task_state_count; ++state) {
    counts.by_state[state] = stage.by_state[state];
  }
  return counts;
}

StateCounts counts_of(const core::Run& run) {
  StateCounts counts;
  for (core::StageIndex i = 0; i < run.stage_count(); ++i) {
    const auto& stage = run.stage(i);
    if (!stage.is_mapped() || !stage.expanded) {
      counts.add(run.state(stage.head));
      continue;
    }
    for (std::size_t state = 0; state < core::task_state_count; ++state) {
      counts.by_state[state] += stage.by_state[state];
    }
  }
  return counts;
}

std::string bar(const StateCounts& counts) {
  auto total = counts.total();
  auto filled = total == 0 ? 0 : counts.ended() * bar_width / total;
  return fmt::format("[{:#<{}}{:-<{}}] {}/{}", "", filled, "", bar_width - filled, grouped(counts.ended()),
                     grouped(total));
}

std::string standouts(const Terminal& terminal, const StateCounts& counts) {
  using enum TaskState;
  std::string text;
  for (auto state : {failed, upstream_failed, cancelled, skipped, retrying, running}) {
    if (counts.in(state) == 0) continue;
    if (!text.empty()) text += "  ";
    text +=
        terminal.ink(ink_of(state), fmt::format("{} {}", grouped(counts.in(state)), core::name_of(state)));
  }
  return text;
}

std::string grouped(std::size_t number) {
  std::string digits = std::to_string(number);
  for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > 0; place -= 3) {
    digits.insert(static_cast<std::size_t>(place), ",");
  }
  return digits;
}

}  // namespace weir::cli
