// What a seed decides before anything runs: the flows, what their bodies do, and how every attempt turns out.
// An outcome depends on the task and on how often it has failed before, never on when or where the attempt
// ran: that is why a run that was disturbed must end like one that was not.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/event.h"
#include "seeded_random.h"

namespace weir::sim {

struct Outcome {
  enum class Is : std::uint8_t {
    success,
    failure,
    refusal,  ///< a failure that retrying cannot help
    hang,     ///< never ends by itself; only for tasks with a timeout
  };
  Is is = Is::success;
  Duration lasts{0};
};

struct PlannedTask {
  core::TaskSpec spec{};
  std::vector<Outcome> outcomes{};  ///< by the number of failures before; the last one repeats

  const Outcome& outcome(std::uint32_t failures) const {
    return outcomes[std::min<std::size_t>(failures, outcomes.size() - 1)];
  }
};

/// One statement of a flow body, as a C++ or Python author writes it.
struct BodyStep {
  enum class Is : std::uint8_t { add, await };
  Is is = Is::add;
  std::size_t task = 0;  ///< index into PlannedRun::tasks
};

struct PlannedRun {
  std::string flow{};
  core::Durability durability = core::Durability::process;
  std::vector<PlannedTask> tasks{};  ///< upstreams before those that wait for them
  bool open = false;                 ///< tasks come from a body instead of with the run
  std::vector<BodyStep> body{};
  bool body_throws = false;  ///< at its end
  bool racing = false;       ///< an attempt may end by itself or by its timeout, as luck has it
  Duration starts{0};
  std::optional<Duration> cancelled{};

  const PlannedTask* find(const std::string& key) const;
};

struct Plan {
  std::vector<PlannedRun> runs{};

  const PlannedRun& run_of(const std::string& flow) const;
};

Plan make_plan(std::uint64_t seed);

/// What an attempt that succeeds returns: a function of its task and inputs.
json value_of(const std::string& key, const json& inputs);

}  // namespace weir::sim
