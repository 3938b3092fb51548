// The durable facts of a flow run, in the order they happened. The history is the truth; Run (run.h) is
// derived from it by apply(), and so is every page and report. Events are never changed once written: a new
// meaning is a new event.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/clock.h"
#include "core/failure.h"
#include "core/flow.h"
#include "core/state.h"

namespace weir::core {

/// Position of a task in its run, in the order tasks were added.
using TaskIndex = std::uint32_t;

/// What a run survives. External intents, cancel requests and the start of a run are synced whatever the
/// class.
enum class Durability : std::uint8_t {
  process,  ///< the death of this process, kill -9 included
  disk,     ///< and power loss: every group commit is synced
};

struct RunStarted {
  std::string id{};    ///< UUIDv7
  std::string name{};  ///< two words
  std::string flow{};
  JsonObject parameters{};
  json source{};  ///< which face and file it came from: {"face": "yaml", "file": "/…/flow.yaml"}
  Durability durability = Durability::process;
};

struct TaskAdded {
  TaskSpec spec{};
  bool external = false;  ///< see Kind::external
};

/// No further task will be added. `error` tells why the flow body itself failed, if it did.
struct GraphClosed {
  std::optional<Failure> error{};
};

struct AttemptStarted {
  TaskIndex task = 0;
  std::uint32_t number = 0;
  json inputs{};  ///< rendered
};

/// The exact request of an external attempt, before its first byte is sent.
struct AttemptIntended {
  TaskIndex task = 0;
  std::uint32_t number = 0;
  json intent{};
};

/// The remote object of an external attempt exists.
struct AttemptAttached {
  TaskIndex task = 0;
  std::uint32_t number = 0;
  json remote{};
};

struct AttemptSucceeded {
  TaskIndex task = 0;
  std::uint32_t number = 0;
  json value{};
};

struct AttemptFailed {
  TaskIndex task = 0;
  std::uint32_t number = 0;
  Failure failure{};
  std::optional<Instant> retry_at{};  ///< another attempt follows then; nullopt: the task has failed
};

/// The attempt died with the engine; the task runs again without using up a retry.
struct AttemptCrashed {
  TaskIndex task = 0;
  std::uint32_t number = 0;
};

/// A cancelled attempt was seen to end.
struct AttemptCancelled {
  TaskIndex task = 0;
  std::uint32_t number = 0;
};

struct TaskUpstreamFailed {
  TaskIndex task = 0;
  TaskIndex cause = 0;  ///< an upstream that did not succeed
};

/// A task was cancelled while no attempt was under way.
struct TaskCancelled {
  TaskIndex task = 0;
};

struct CancelRequested {};

/// A new process took the run over.
struct RunResumed {};

struct RunFinished {
  RunState state = RunState::succeeded;
};

using Fact = std::variant<RunStarted, TaskAdded, GraphClosed, AttemptStarted, AttemptIntended,
                          AttemptAttached, AttemptSucceeded, AttemptFailed, AttemptCrashed, AttemptCancelled,
                          TaskUpstreamFailed, TaskCancelled, CancelRequested, RunResumed, RunFinished>;

struct Event {
  Instant at{};
  Fact fact{};
};

/// The task that this fact brings to its end, if it does.
std::optional<TaskIndex> ended_task(const Fact& fact);

/// Whether the event must be on disk before anything that follows from it happens.
bool must_sync(const Fact& fact);

}  // namespace weir::core
