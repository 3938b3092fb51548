// What a process that has ended means for its task.
#pragma once

#include <expected>

#include "process/command.h"
#include "runtime/executor.h"
#include "workers/output_text.h"
#include "workers/process_inputs.h"

namespace weir::workers {

constexpr std::size_t stdout_bytes_max = 1024 * 1024;     ///< of a result in text form: its end
constexpr std::size_t json_bytes_max = 16 * 1024 * 1024;  ///< of a result in JSON form: all of it
constexpr std::size_t stderr_bytes_max = 16 * 1024;       ///< of a failure's trace
constexpr std::size_t trace_lines_max = 20;

/// The value, or why there is none.
std::expected<json, runtime::Failure> result_of(const process::Exit& exit, OutputForm form,
                                                const KeptEnd& out, const KeptEnd& err);

/// A process that could not even be started.
runtime::Failure failure_to_start(const Error& error);

}  // namespace weir::workers
