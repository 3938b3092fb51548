// The hooks of a C++ flow, at work on one run of it.
#pragma once

#include <memory>

#include <weir/flow.h>

#include "runtime/hooks.h"

namespace weir::api {

/// Observe the engine with it; its end waits for the last hook. nullptr for a flow without hooks.
std::unique_ptr<runtime::Hooks> hooks_of(const Flow& flow, runtime::RunSlot slot,
                                         const core::RunStarted& about);

}  // namespace weir::api
