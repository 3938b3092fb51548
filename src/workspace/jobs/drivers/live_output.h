// What a task run has printed since somebody asked last, for whoever follows it while it goes on. This is weir's own and
// no part of the API that Databricks has: GET /weir/runs/output.
#pragma once

#include "workspace/jobs/drivers/driver_start.h"

namespace weir::workspace {

/// {"out": {"text", "next"}, "err": {"text", "next"}, "more"}: whole lines of both streams from these bytes on, a limited
/// amount at a time; `next` is where to go on, and `more` says that there is more already. Of a task run that has ended
/// the last line counts as whole.
json new_output(const RunFolder& folder, std::int64_t out, std::int64_t err, bool has_ended);

}  // namespace weir::workspace
