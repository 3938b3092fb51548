// What a task of a run that has ended left behind, in words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "databricks/executor/outputs.h"

namespace weir::databricks {

/// Failed, timed out or cancelled itself; not merely skipped.
bool has_failed(const EndedTask& task);

/// "ValueError: boom": what it raised; or else the workspace's words, with the code that is to blame:
/// "CLUSTER_ERROR: …".
std::string why_failed(const EndedTask& task);

/// Its stack trace, or the end of its output where there is none; at most so many lines.
std::string trace_of(const EndedTask& task, std::size_t lines_max);

/// The lines of a text, from the end; the first one says how many were left out.
std::vector<std::string> last_lines(std::string_view text, std::size_t lines_max);

/// What it printed.
std::string printed_by(const EndedTask& task);

/// What its notebook passed to dbutils.notebook.exit; null for other tasks.
json result_of(const EndedTask& task);

/// {"task_key", "run_id", "run_page_url", "state", "termination_code", "error", "error_trace", "output"}
json failure_detail(const EndedTask& task);

}  // namespace weir::databricks
