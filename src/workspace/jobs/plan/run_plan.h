// What a job run does next, decided from the states of its tasks alone. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "workspace/jobs/runs/run.h"

namespace weir::workspace {

struct Plan {
  std::vector<Run> changed{};      ///< blocked tasks that may start now (pending) or never will (ended)
  std::optional<Ending> ending{};  ///< of the job run, once no task is left
};

/// `tasks` are all task runs of `run`, retries included, in order of creation. Tasks that end here end at
/// `now_ms`.
Plan plan(const Run& run, std::vector<Run> tasks, std::int64_t now_ms);

}  // namespace weir::workspace
