// The inputs of a `process` task: from JSON to a command.
#pragma once

#include <optional>

#include "base/error.h"
#include "core/kind.h"
#include "process/command.h"
#include "runtime/executor.h"

namespace weir::workers {

enum class OutputForm : std::uint8_t { text, json };

struct ProcessInputs {
  process::Command command{};
  OutputForm output = OutputForm::text;
  std::optional<int> skip_exit_code{};  ///< with which a program says that there is nothing to do
};

const core::Kind& process_kind();

/// Code::invalid names the field. The environment is ours, then the task's `env`, then what tells a program
/// which attempt it is: WEIR_RUN_ID, WEIR_RUN_NAME, WEIR_TASK, WEIR_ATTEMPT, WEIR_ATTEMPT_TOKEN.
Result<ProcessInputs> read_process_inputs(const runtime::Attempt& attempt);

}  // namespace weir::workers
