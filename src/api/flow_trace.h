// What a C++ flow body declares, found out by calling it without running a task.
#pragma once

#include <optional>
#include <span>
#include <string>

#include <weir/flow.h>

#include "base/error.h"
#include "core/flow.h"
#include "core/kind.h"

namespace weir::api {

struct Trace {
  core::FlowSpec flow{};

  /// The task whose end the body waits for. What it declares after that depends on values which only a run has, so the
  /// trace ends there; empty when these are all the tasks.
  std::optional<std::string> waits_for{};
};

/// Calls the body on this thread with one argument for each parameter, up to its first wait for a future. What else the
/// body does, it does. Errors: Code::invalid for a declaration that cannot be, Code::failed for what the body throws.
Result<Trace> trace(const Flow& flow, const std::vector<json>& arguments, std::span<const core::Kind> kinds);

}  // namespace weir::api
