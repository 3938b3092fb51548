// The ends of some tasks of a run, in the order of its history.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/run.h"

namespace weir::api {

/// Belongs to the engine's thread. Positions are those in `keys`.
class TaskEnds {
 public:
  /// A key may be that of a task that is still to be added, or of an element of one.
  explicit TaskEnds(std::vector<std::string> keys) : keys_(std::move(keys)) {}

  /// Those that have ended already. Call it once, before see().
  std::vector<std::size_t> begin(const core::Run& run);

  /// Those whose end `event` is; `run` is the state after it, or after later events.
  std::vector<std::size_t> see(const core::Run& run, const core::Event& event);

  bool is_done() const { return pending_.empty() && unknown_.empty(); }

 private:
  std::vector<std::size_t> find_unknown(const core::Run& run);

  std::vector<std::string> keys_;
  std::unordered_multimap<core::TaskIndex, std::size_t> pending_{};
  std::vector<std::size_t> unknown_{};  ///< no such task yet
};

}  // namespace weir::api
