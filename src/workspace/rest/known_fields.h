// Fields whose type the API knows by their name, wherever they stand in the body of a job, a run or a cluster.
#pragma once

#include "base/json.h"
#include "workspace/rest/answer.h"

namespace weir::workspace {

/// Gives them that type, all the way down: "2" becomes 2 in num_workers, 2 becomes "2" in spark_conf.
Answer<void> coerce_known_fields(json& body);

}  // namespace weir::workspace
