// Inputs may be given as a whole under `json`, as a body copied from the API's documentation, and single fields beside
// it. A field that is given beside it replaces the one of the same name; `notebook_params` are merged name by name.
//
//   databricks.run_now: {json: {job_id: 7, notebook_params: {region: west, day: monday}}, notebook_params: {day: friday}}
#pragma once

#include <optional>

#include "core/kind.h"

namespace weir::databricks::operations {

core::Field template_field();

/// Takes `json` out of the inputs and what it says into them. A problem when it is no object.
std::optional<core::Problem> merge_template(json& inputs);

}  // namespace weir::databricks::operations
