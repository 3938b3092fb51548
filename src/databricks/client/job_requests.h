// The calls of the Jobs API.
#pragma once

#include <cstdint>
#include <string_view>

#include "databricks/client/api_call.h"

namespace weir::databricks::requests {

constexpr std::string_view run_now_path = "/api/2.2/jobs/run-now";
constexpr std::string_view submit_path = "/api/2.2/jobs/runs/submit";

ApiRequest create_job(json settings);
ApiRequest reset_job(std::int64_t job_id, json settings);  ///< all settings are replaced
ApiRequest update_job(json body);                          ///< {"job_id", "new_settings", "fields_to_remove"}
ApiRequest job(std::int64_t job_id, std::string_view page_token = {});
ApiRequest jobs(std::string_view name = {},
                std::string_view page_token = {});  ///< by name: exact, but any case
ApiRequest delete_job(std::int64_t job_id);

/// Repeatable when the body has an idempotency_token.
ApiRequest start_run(std::string_view path, json body);

ApiRequest run(std::int64_t run_id, std::string_view page_token = {});
ApiRequest run_with_history(std::int64_t run_id);  ///< its repair_history too
ApiRequest run_output(std::int64_t run_id);        ///< of one task run
ApiRequest runs(JsonObject filters,
                std::string_view page_token = {});  ///< job_id, active_only, … as in the API
ApiRequest cancel_run(std::int64_t run_id);
ApiRequest cancel_all_runs(std::int64_t job_id);
ApiRequest delete_run(std::int64_t run_id);

/// {"run_id", "rerun_tasks" or "rerun_all_failed_tasks", "latest_repair_id", …}. Not repeatable: the second is
/// refused, and does not tell what became of the first.
ApiRequest repair_run(json body);

}  // namespace weir::databricks::requests
