// A declared task in its run: what was declared, its place in the graph, and, when it is mapped, its elements.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/event.h"
#include "core/ready_queue.h"
#include "core/trigger.h"

namespace weir::core {

/// Position of a stage in its run, in the order tasks were added.
using StageIndex = std::uint32_t;

struct Edge {
  StageIndex stage = 0;
  bool by_element = false;  ///< element i waits for element i, and for no other
};

/// One of the arrays that a mapped task walks along.
struct MapSource {
  std::string name{};            ///< of item.<name>; empty: the item itself
  json compiled{};               ///< template of the array
  std::int64_t by_element = -1;  ///< the stage whose elements are followed, or -1
};

struct Stage {
  std::shared_ptr<const TaskSpec> spec{};
  bool external = false;
  TaskIndex head = 0;  ///< the task run of the stage itself; of a mapped one, it stands for all elements
  LaneIndex lane = 0;
  std::vector<Edge> upstreams{};
  std::vector<Edge> downstreams{};
  Tally tally{};  ///< of the head

  // Of mapped tasks only.
  std::vector<MapSource> sources{};
  bool expanded = false;
  TaskIndex first = 0;  ///< element i is task run first + i
  std::uint32_t count = 0;
  std::array<std::uint32_t, task_state_count> by_state{};  ///< elements in each state
  std::uint32_t unfinished = 0;                            ///< elements that have not ended

  bool is_mapped() const { return spec->map.has_value(); }
  std::uint32_t in(TaskState state) const { return by_state[static_cast<std::size_t>(state)]; }
};

}  // namespace weir::core
