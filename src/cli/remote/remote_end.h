// The end of a run in the workspace, for commands that wait for it.
#pragma once

#include <cstdint>

#include "cli/terminal/terminal.h"
#include "databricks/client/jobs.h"

namespace weir::cli {

/// Polls until the run has ended, and says each state it is seen in; being unable to ask is said once and waited
/// out. `local`: the workspace is on this machine and may be asked often.
Result<json> see_to_its_end(const databricks::Jobs& jobs, std::int64_t run_id, bool local,
                            const Terminal& out);

/// Prints what the run printed and returned, or why it failed; the exit code is that of its end.
Exit show_end(const databricks::Jobs& jobs, json run, const Terminal& out);

}  // namespace weir::cli
