// What a seed decides before anything runs: the flows, what their bodies do, and how every attempt turns out.
// An outcome depends on the task and on how often it has failed before, never on when or where the attempt
// ran: that is why a run that was disturbed must end like one that was not.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/event.h"

namespace weir::sim {

struct Outcome {
  enum class Is : std::uint8_t {
    success,
    failure,
    refusal,        ///< a failure that retrying cannot help
    other_failure,  ///< with another message
    skip,
    worker_crash,  ///< the worker dies, not the code
    hang,          ///< never ends by itself; only for tasks with a timeout
  };
  Is is = Is::success;
  Duration lasts{0};
  std::uint32_t worker_crashes = 0;  ///< so many in a row before it comes to that
};

/// The messages of failures, which retry conditions look at.
constexpr const char* failure_message = "it did not work";
constexpr const char* other_message = "it broke";

struct PlannedTask {
  core::TaskSpec spec{};
  std::vector<Outcome> outcomes{};          ///< by the number of failures before; the last one repeats
  std::vector<Outcome> outcomes_again{};    ///< after the run was reopened
  std::optional<core::TaskSpec> changed{};  ///< how every second life of the run declares it
};

/// One statement of a flow body, as a C++ or Python author writes it.
struct BodyStep {
  enum class Is : std::uint8_t { add, await };
  Is is = Is::add;
  std::size_t task = 0;  ///< index into PlannedRun::tasks
};

/// A finished run goes on.
struct Again {
  std::vector<std::string> from{};  ///< keys; empty: whatever did not succeed
};

struct PlannedRun {
  std::size_t index = 0;
  core::RunStarted about{};
  std::vector<PlannedTask> tasks{};  ///< upstreams before those that wait for them
  bool open = false;                 ///< tasks come from a body instead of with the run
  std::vector<BodyStep> body{};
  bool body_throws = false;  ///< at its end
  bool racing = false;       ///< how it ends is a matter of luck
  Duration starts{0};
  std::optional<Duration> cancelled{};
  std::optional<Duration> paused{};
  std::optional<Again> again{};

  /// "flow-0 (run 2 of the plan)"
  std::string title() const;
  const PlannedTask& task(const std::string& key) const;  ///< of an element: its stage
};

struct Plan {
  std::vector<PlannedRun> runs{};
  std::map<std::string, std::int64_t> limits{};  ///< sizes in the store
  std::optional<std::size_t> local_capacity{};   ///< attempts the local executor takes at a time
  std::size_t inline_bytes_max = 1000;           ///< results with more go into files

  const PlannedRun& run_of(const core::RunStarted& about) const;
};

Plan make_plan(std::uint64_t seed);

/// What is recorded of a task before an attempt of it.
struct Past {
  std::uint32_t element = 0;
  std::uint32_t failures = 0;
  std::uint32_t worker_crashes = 0;  ///< in a row
  bool reopened = false;
};

/// How an attempt turns out.
Outcome outcome_of(const PlannedTask& task, const Past& past);

/// What an attempt that succeeds returns: a function of its task and inputs.
json value_of(const std::string& key, const json& inputs);

}  // namespace weir::sim
