// Starts the programs that flows and tasks name as hooks, once what they are about is durable. A hook is started at
// most once; one that is under way when this process is killed is killed with it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/engine.h"

namespace weir::workers {

/// The program runs in the folder that its run began in, wherever the run is resumed. It finds WEIR_EVENT ("run failure", "task retry" …), WEIR_RUN_ID, WEIR_RUN_NAME, WEIR_FLOW, WEIR_STATE and,
/// for a task, WEIR_TASK and WEIR_ATTEMPT in its environment; of a failure or a skip also WEIR_WHY.
class HookRunner : public runtime::Observer {
 public:
  /// Waits until every hook has ended, for `patience` at most, and tells what went wrong with them. Nothing is started
  /// afterwards; what still runs ends with this object.
  virtual std::vector<std::string> finish(Duration patience) = 0;
};

std::unique_ptr<HookRunner> make_hook_runner();

}  // namespace weir::workers
