// How many of a set of tasks are in each state, and how that reads.
#pragma once

#include <array>
#include <string>

#include "cli/terminal/terminal.h"
#include "core/run.h"

namespace weir::cli {

struct StateCounts {
  std::array<std::size_t, core::task_state_count> by_state{};  ///< indexed by TaskState

  std::size_t in(core::TaskState state) const { return by_state[static_cast<std::size_t>(state)]; }
  void add(core::TaskState state, std::size_t count = 1) {
    by_state[static_cast<std::size_t>(state)] += count;
  }
  std::size_t total() const;
  std::size_t ended() const;
};

/// Of the elements of a mapped task.
StateCounts counts_of(const core::Stage& stage);

/// Of all tasks of the run; a mapped one counts as its elements, once it has expanded. Costs the number of declared
/// tasks.
StateCounts counts_of(const core::Run& run);

/// "[####------] 51,200/100,000".
std::string bar(const StateCounts& counts);

/// "3 failed  2 retrying": what stands out among them, coloured by state; succeeded, pending and, once all have ended,
/// nothing else goes without saying.
std::string standouts(const Terminal& terminal, const StateCounts& counts);

/// "1,234,567".
std::string grouped(std::size_t number);

}  // namespace weir::cli
