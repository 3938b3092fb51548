// The spec of a cluster as create, edit and update bring it: checked, with integers that are integers and the defaults
// that clients expect to read back. What is not known is kept.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "workspace/rest/answer.h"

namespace weir::workspace {

/// Refuses a missing or impossible spark_version, workers given twice, and a time-out of idleness out of its range.
Answer<JsonObject> normalize_cluster_spec(JsonObject given);

/// `spec` with the fields of `change` that `mask` names ("a,b.c", or "*" for all of them).
JsonObject updated_cluster_spec(JsonObject spec, const JsonObject& change, std::string_view mask);

}  // namespace weir::workspace
