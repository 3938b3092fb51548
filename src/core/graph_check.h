// Whether declared tasks form a graph that can run: every upstream exists, and nothing waits for itself,
// directly or round a circle. Knows no files; faces put positions to what it finds.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "core/flow.h"

namespace weir::core {

struct MissingUpstream {
  std::string task{};
  std::string upstream{};
  std::string hint{};  ///< the nearest key, if one is near
};

std::vector<MissingUpstream> missing_upstreams(std::span<const TaskSpec> tasks);

/// Keys, each of which needs the next one, and the last the first. Starts with the task declared first.
using Cycle = std::vector<std::string>;

/// At least one cycle of every tangle; no task is in two of them. Empty exactly when the graph has no cycle.
/// Upstreams that do not exist are passed over.
std::vector<Cycle> cycles_in(std::span<const TaskSpec> tasks);

/// The tasks with every upstream before those that wait for it, otherwise in the order given. The graph must be fine.
std::vector<TaskSpec> in_order(std::vector<TaskSpec> tasks);

Error to_error(const MissingUpstream& missing);
Error to_error(const Cycle& cycle);

/// The first problem, for faces that report one at a time.
Result<void> check_graph(std::span<const TaskSpec> tasks);

}  // namespace weir::core
