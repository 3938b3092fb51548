// The decisions of the engine: pure functions from what is known and what happened to durable facts, and from
// facts to what the shell must do.
#pragma once

#include <cstdint>
#include <vector>

#include "core/command.h"
#include "core/input.h"
#include "core/run.h"

namespace weir::core {

/// A process that is about to leave starts no further attempt; the run goes on in the next one.
enum class Starting : std::uint8_t { allowed, held };

/// The immediate facts of one input. Empty when it is stale.
std::vector<Fact> decide(const Run& run, const Input& input, Instant now,
                         Starting starting = Starting::allowed);

/// The next facts that follow from the run's state by itself: a ready task starts (and fails at once when its
/// inputs cannot be filled), a doomed one gives up, a run whose tasks have all ended finishes. Empty when the
/// run is settled.
std::vector<Fact> consequences(const Run& run, Instant now, Starting starting = Starting::allowed);

/// What the shell must do once `fact` is durable; `run` is the state after it.
void commands_of(const Run& run, const Fact& fact, std::vector<Command>& commands);

struct StepResult {
  std::vector<Event> events{};
  std::vector<Command> commands{};
};

/// decide and apply until the run is settled. The caller makes `events` durable, then performs `commands`.
StepResult advance(Run& run, const Input& input, Instant now, Starting starting = Starting::allowed);

}  // namespace weir::core
