// Everything that can reach a run from outside: what faces ask for, what executors report, what timers say.
#pragma once

#include <optional>
#include <variant>

#include "core/event.h"

namespace weir::core {

/// The first turn of a run whose tasks were recorded with it.
struct Begin {};

struct AddTask {
  TaskSpec spec{};
  bool external = false;
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
  Failure failure{};
};
struct Cancelled {
  TaskIndex task = 0;
  std::uint32_t number = 0;
};

// Timers. One that is no longer meant changes nothing.
struct RetryDue {
  TaskIndex task = 0;
};
struct TimeoutDue {
  TaskIndex task = 0;
  std::uint32_t number = 0;
};

struct RequestCancel {};
struct Resume {};

using Input = std::variant<Begin, AddTask, CloseGraph, Intended, Attached, Succeeded, Failed, Cancelled,
                           RetryDue, TimeoutDue, RequestCancel, Resume>;

}  // namespace weir::core
