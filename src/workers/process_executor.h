// Runs tasks of kind `process`: a program of the operating system, with everything it starts.
//
//   extract: {process: [python3, extract.py, --day, "{{ parameters.day }}"]}
//
// The value is {"exit_code": 0, "stdout": the last 1 MiB}, or with `output: json` what standard output says.
// A program that ends with the task's `skip_exit_code` had nothing to do: the task is skipped, not failed.
// Lines of standard output are logged as info, those of standard error as warning. Cancelling ends the whole
// tree of processes, gently for five seconds; so does the end of this process, at once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <thread>

#include "runtime/executor.h"

namespace weir::workers {

struct ProcessOptions {
  /// Programs at a time; further tasks wait in the engine.
  std::size_t processes_max = std::max(8U, 2 * std::thread::hardware_concurrency());
};

/// With a loop thread of its own.
std::unique_ptr<runtime::Executor> make_process_executor(ProcessOptions options = {});

}  // namespace weir::workers
