// Everything that can reach a run from outside: what faces and people ask for, what executors report, what
// timers say.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "core/event.h"

namespace weir::core {

/// The first turn of a run whose tasks were recorded with it.
struct Begin {};

struct AddTask {
  std::shared_ptr<const TaskSpec> spec{};
  bool external = false;
  std::string place{};  ///< "flow.py:12": where it is declared, for messages
};
/// A task that was added in an earlier life of the run.
struct ChangeTask {
  TaskIndex task = 0;  ///< of the stage as a whole
  std::shared_ptr<const TaskSpec> spec{};
  bool external = false;
  TaskChanged::Why why = TaskChanged::Why::inputs;
};
struct CloseGraph {
  std::optional<Failure> error{};
};

// Reports about an attempt. Those of an attempt that is no longer under way change nothing.
struct Intended {
  TaskIndex task = 0;
  std::uint32_t number = 0;
  json intent{};
};
struct Attached {
  TaskIndex task = 0;
  std::uint32_t number = 0;
  json remote{};
};
struct Succeeded {
  TaskIndex task = 0;
  std::uint32_t number = 0;
  json value{};
};
struct Failed {
  TaskIndex task = 0;
  std::uint32_t number = 0;
  Failure failure{};  ///< why `crashed`: the worker died, not the code
};
struct Skipped {
  TaskIndex task = 0;
  std::uint32_t number = 0;
  std::string reason{};
};
struct Cancelled {
  TaskIndex task = 0;
  std::uint32_t number = 0;
};
/// It was ended for no fault of its own, and is to run again.
struct Lost {
  TaskIndex task = 0;
  std::uint32_t number = 0;
};

// Timers. One that is no longer meant changes nothing.
struct Wake {};
struct TimeoutDue {
  TaskIndex task = 0;
  std::uint32_t number = 0;
};
struct RunTimeoutDue {};

// What people ask for.
struct RequestCancel {};
struct RequestPause {};
struct RequestUnpause {};

/// A finished run goes on: from these tasks, or where none is named, from everything that did not succeed.
struct RequestAgain {
  std::vector<TaskIndex> from{};
  bool open = false;  ///< a flow body will be replayed
};

struct Resume {
  bool open = false;  ///< a flow body will be replayed
};

using Input = std::variant<Begin, AddTask, ChangeTask, CloseGraph, Intended, Attached, Succeeded, Failed,
                           Skipped, Cancelled, Lost, Wake, TimeoutDue, RunTimeoutDue, RequestCancel,
                           RequestPause, RequestUnpause, RequestAgain, Resume>;

}  // namespace weir::core
