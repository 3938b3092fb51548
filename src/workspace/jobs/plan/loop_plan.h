// What a for_each_task does next, decided from the states of its iterations alone. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "workspace/jobs/runs/run.h"

namespace weir::workspace {

/// What the input of a running for_each_task says: the elements to iterate over, and which of them an earlier attempt
/// has done already.
struct LoopInput {
  JsonArray elements{};
  std::vector<std::int64_t> done{};  ///< by position, from 0
};

LoopInput read_loop_input(const Run& loop);
std::string write_loop_input(const LoopInput& input);

/// The positions at which `iterations` (all of one loop, retries included, in order of creation) have succeeded, with those
/// that were done before.
std::vector<std::int64_t> done_in(const Run& loop, const std::vector<Run>& iterations);

struct LoopPlan {
  std::vector<std::int64_t> start{};  ///< the positions whose turn it is
  JsonObject stats{};                 ///< for_each_task.stats, as runs show it
  std::optional<Ending> ending{};
};

/// Iterations begin in order, as many at a time as the concurrency allows. One that fails holds no other up; the task fails
/// once all have ended.
LoopPlan plan_loop(const Run& loop, const std::vector<Run>& iterations);

}  // namespace weir::workspace
