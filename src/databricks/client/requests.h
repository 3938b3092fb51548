// The calls of the Jobs API, as values: asynchronous and blocking callers send the same ones. Bodies that
// people author pass through as they are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "databricks/client/api_call.h"

namespace weir::databricks::requests {

constexpr std::string_view run_now_path = "/api/2.2/jobs/run-now";
constexpr std::string_view submit_path = "/api/2.2/jobs/runs/submit";

ApiRequest create_job(json settings);
ApiRequest job(std::int64_t job_id, std::string_view page_token = {});
ApiRequest jobs(std::string_view name = {},
                std::string_view page_token = {});  ///< by name: exact, but any case
ApiRequest delete_job(std::int64_t job_id);

/// Repeatable when the body has an idempotency_token.
ApiRequest start_run(std::string_view path, json body);

ApiRequest run(std::int64_t run_id, std::string_view page_token = {});
ApiRequest run_output(std::int64_t run_id);
ApiRequest runs(JsonObject filters,
                std::string_view page_token = {});  ///< job_id, active_only, … as in the API
ApiRequest cancel_run(std::int64_t run_id);

}  // namespace weir::databricks::requests
