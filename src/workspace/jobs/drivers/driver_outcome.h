// What a driver left behind: its result file, its exit status, its output.
#pragma once

#include <optional>
#include <string>

#include "workspace/jobs/drivers/driver_start.h"

namespace weir::workspace {

struct Logs {
  std::string text{};
  bool truncated = false;
};

/// Standard output, then standard error; the last 5 MB of them.
Logs read_logs(const RunFolder& folder);

/// What the result file says; an object without members when there is none.
json read_result(const RunFolder& folder);

/// What the task set with dbutils.jobs.taskValues, by key; an object without members when it set nothing.
json read_values(const RunFolder& folder);

/// "ValueError: boom", or how the process ended when it could not say; nothing for a success.
struct DriverError {
  std::string error{};
  std::string trace{};
};
std::optional<DriverError> error_of(const RunFolder& folder);

/// How a task run whose driver has ended, ends. `stop` goes first: what was cancelled is cancelled.
Ending ending_of_driver(const RunFolder& folder, Stop stop);

}  // namespace weir::workspace
