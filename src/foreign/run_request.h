// The message `run`: what a worker asks for when it has found its flow.
#pragma once

#include <string>

#include "core/event.h"

namespace weir::foreign {

struct RunRequest {
  core::RunStarted about{};
  std::string resume{};     ///< name or id of the run to go on with; then `about` does not count
  std::string workspace{};  ///< as --workspace
  bool quiet = false;       ///< do not show what tasks print
  bool silent = false;      ///< show nothing
  bool tells = false;       ///< the worker wants `changed`
};

/// Code::invalid for what no run can have.
Result<RunRequest> run_request_from(const json& message);

}  // namespace weir::foreign
