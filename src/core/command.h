// Everything the core can ask the shell to do. A command follows from events that are durable already, and
// can be derived again from the history: performing it twice is harmless.
#pragma once

#include <variant>

#include "core/event.h"

namespace weir::core {

/// Hand the attempt that is under way to its executor; it may have been started by an earlier process.
struct StartAttempt {
  TaskIndex task = 0;
};

/// The intent is durable: the executor may send.
struct Proceed {
  TaskIndex task = 0;
  std::uint32_t number = 0;
};

/// Ask the executor to end the attempt.
struct CancelAttempt {
  TaskIndex task = 0;
  std::uint32_t number = 0;
};

/// Bring a Wake at this time.
struct ArmWake {
  Instant due{};
};

struct ArmTimeout {
  TaskIndex task = 0;
  std::uint32_t number = 0;
  Instant due{};
};

struct ArmRunTimeout {
  Instant due{};
};

/// The run is over.
struct EndRun {
  RunState state = RunState::succeeded;
};

using Command =
    std::variant<StartAttempt, Proceed, CancelAttempt, ArmWake, ArmTimeout, ArmRunTimeout, EndRun>;

}  // namespace weir::core
