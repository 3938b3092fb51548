// Runs tasks of kind `sleep`: succeeds with null after a while. Ten thousand at once are ten thousand timers.
//
//   settle: {sleep: 10s}
#pragma once

#include <memory>

#include "runtime/executor.h"

namespace weir::workers {

/// With a loop thread of its own.
std::unique_ptr<runtime::Executor> make_sleep_executor();

}  // namespace weir::workers
