// The durable facts of a flow run, in the order they happened. The history is the truth; Run (run.h) is
// derived from it by apply(), and so is every page and report. Events are never changed once written: a new
// meaning is a new event.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "core/failure.h"
#include "core/flow.h"
#include "core/state.h"

namespace weir::core {

/// Position of a task run in its flow run. A declared task takes one when it is added; the elements of a
/// mapped task take a row of their own when it expands.
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
  std::optional<Duration> timeout{};  ///< of the whole run
  RunLimit run_limit{};
  std::vector<LimitUse> limits{};  ///< sizes of limits that the flow itself declares
  std::vector<Hook> hooks{};
  bool refresh = false;  ///< take no result from the cache
};

struct TaskAdded {
  std::shared_ptr<const TaskSpec> spec{};  ///< never null
  bool external = false;                   ///< see Kind::external
};

/// No further task will be added. `error` tells why the flow body itself failed, if it did.
struct GraphClosed {
  std::optional<Failure> error{};
};

/// What a mapped task maps over is known: its elements are the next `count` task runs.
struct StageExpanded {
  TaskIndex task = 0;
  std::uint32_t count = 0;
};

/// All elements of a mapped task have ended, or it could not expand (`failure` tells why).
struct StageEnded {
  TaskIndex task = 0;
  TaskState state = TaskState::succeeded;
  std::optional<Failure> failure{};
};

/// Inputs are not recorded: they follow from parameters and results.
struct AttemptStarted {
  TaskIndex task = 0;
  std::uint32_t number = 0;
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

/// The attempt's time is over and it is asked to end: should it end as cancelled, it has timed out.
struct AttemptOverdue {
  TaskIndex task = 0;
  std::uint32_t number = 0;
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

/// The attempt died with the engine, or with its worker (`failure` tells how); the task runs again without
/// using up a retry.
struct AttemptCrashed {
  TaskIndex task = 0;
  std::uint32_t number = 0;
  std::optional<Failure> failure{};
};

/// The attempt decided that there is nothing to do.
struct AttemptSkipped {
  TaskIndex task = 0;
  std::uint32_t number = 0;
  std::string reason{};
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

/// Never ran: what it waits for was skipped, or its condition does not hold.
struct TaskSkipped {
  TaskIndex task = 0;
  std::string reason{};
};

/// Succeeded with the result of an earlier run.
struct TaskCached {
  TaskIndex task = 0;
  json value{};
  std::string run_id{};  ///< where the result was made
};

/// Tasks in a row were cancelled while no attempt of theirs was under way.
struct TaskCancelled {
  TaskIndex task = 0;
  std::uint32_t count = 1;
};

struct CancelRequested {
  enum class Reason : std::uint8_t { person, timeout };
  Reason reason = Reason::person;
};

/// A person holds the run: what is under way goes on, nothing new starts.
struct RunPaused {};
struct RunUnpaused {};

/// A new process took the run over.
struct RunResumed {
  bool open = false;  ///< a flow body is replayed: the graph is open until that has closed it anew
};

/// A finished run goes on: these tasks run again, and whatever follows from them.
struct RunReopened {
  std::vector<TaskIndex> again{};
  bool open = false;  ///< the flow body is replayed and may add tasks
};

/// A later life of the run declares the task otherwise, or needs it again: what follows from its old result runs again
/// too. Attempts of it and of what follows that are under way are ended first.
struct TaskChanged {
  enum class Why : std::uint8_t {
    inputs,  ///< it is another task under the same key
    policy,  ///< only how it is run is different: that holds from now on, and nothing runs again
    lost,    ///< its stored result is gone, and something has yet to read it
  };
  TaskIndex task = 0;  ///< of the stage as a whole
  std::shared_ptr<const TaskSpec> spec{};
  bool external = false;
  Why why = Why::inputs;
};

/// An attempt that a change had made pointless was seen to end, whatever it came to.
struct AttemptSuperseded {
  TaskIndex task = 0;
  std::uint32_t number = 0;
};

struct RunFinished {
  RunState state = RunState::succeeded;
};

using Fact = std::variant<RunStarted, TaskAdded, GraphClosed, StageExpanded, StageEnded, AttemptStarted,
                          AttemptIntended, AttemptAttached, AttemptOverdue, AttemptSucceeded, AttemptFailed,
                          AttemptCrashed, AttemptSkipped, AttemptCancelled, TaskUpstreamFailed, TaskSkipped,
                          TaskCached, TaskCancelled, CancelRequested, RunPaused, RunUnpaused, RunResumed,
                          RunReopened, TaskChanged, AttemptSuperseded, RunFinished>;

struct Event {
  Instant at{};
  Fact fact{};
};

std::string_view name_of(TaskChanged::Why why);  ///< "inputs", "policy", "lost"

/// The attempt whose end this fact records, if it does.
struct AttemptEnd {
  TaskIndex task = 0;
  std::uint32_t number = 0;
};
std::optional<AttemptEnd> ended_attempt(const Fact& fact);

/// The tasks that this fact brings to their end: `count` in a row from `first`, none when it is 0.
struct EndedTasks {
  TaskIndex first = 0;
  std::uint32_t count = 0;
};
EndedTasks ended_tasks(const Fact& fact);

/// Whether the event must be on disk before anything that follows from it happens.
bool must_sync(const Fact& fact);

}  // namespace weir::core
