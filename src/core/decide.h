// The decisions of the engine: pure functions from what is known and what happened to durable facts, and from
// facts to what the shell must do.
#pragma once

#include <optional>
#include <vector>

#include "core/admission.h"
#include "core/command.h"
#include "core/input.h"
#include "core/run.h"

namespace weir::core {

/// The immediate facts of one input. Empty when it is stale.
std::vector<Fact> decide(const Run& run, const Input& input, Instant now);

/// The next fact that follows from the run's state by itself: a doomed task gives up, a mapped one expands or
/// ends, a ready one starts when there is room, a run whose tasks have all ended finishes. nullopt when nothing
/// more can happen now. Takes from the run's queue of ready tasks.
std::optional<Fact> consequence(Run& run, Admission& admission);

/// What the shell must do once `fact` is durable; `run` is the state after it.
void commands_of(const Run& run, const Fact& fact, std::vector<Command>& commands);

struct StepResult {
  std::vector<Event> events{};
  std::vector<Command> commands{};
};

/// decide and apply, without what follows. The caller makes `events` durable, then performs `commands`.
void take_input(Run& run, const Input& input, Instant now, Admission& admission, StepResult& result);

/// Applies consequences until nothing more can happen.
void settle(Run& run, Instant now, Admission& admission, StepResult& result);

/// Both.
StepResult advance(Run& run, const Input& input, Instant now, Admission& admission);

}  // namespace weir::core
