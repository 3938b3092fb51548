// The parameters of one run: what run-now overrides, and what the job's own parameters push into its tasks.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "workspace/rest/answer.h"

namespace weir::workspace {

struct RunParameters {
  JsonObject overrides{};                                  ///< the *_params fields, values as text
  std::vector<std::pair<std::string, std::string>> job{};  ///< job parameters with their values for this run
};

/// Reads and checks the fields of a run-now body (or of none) against the job's settings. Refuses what Databricks
/// refuses: fields over 10,000 bytes of JSON, Python parameters beyond ASCII, jar_params with notebook_params. Empty ones are none.
Answer<RunParameters> read_parameters(const JsonObject& fields, const JsonObject& settings);

/// The task as it will run. notebook_params are merged over the notebook's own, the list parameters replace the task's;
/// a job parameter wins over a parameter of the same name of a notebook, of SQL or of a package called with names.
JsonObject with_parameters(JsonObject task, const RunParameters& parameters);

/// `job_parameters` and `overriding_parameters`, as a run shows them.
JsonObject show_parameters(const RunParameters& parameters, const JsonObject& settings);

}  // namespace weir::workspace
