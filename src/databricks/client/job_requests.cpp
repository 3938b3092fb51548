#include "databricks/client/job_requests.h"

#include "databricks/client/request_parts.h"
#include "databricks/wire/limits.h"

namespace weir::databricks::requests {

ApiRequest create_job(json settings) { return order_once("/api/2.2/jobs/create", std::move(settings)); }

ApiRequest reset_job(std::int64_t job_id, json settings) {
  return order("/api/2.2/jobs/reset", {{"job_id", job_id}, {"new_settings", std::move(settings)}});
}

ApiRequest update_job(json body) { return order("/api/2.2/jobs/update", std::move(body)); }

ApiRequest job(std::int64_t job_id, std::string_view page_token) {
  return ask("/api/2.2/jobs/get", with_page({{"job_id", std::to_string(job_id)}}, page_token));
}

ApiRequest jobs(std::string_view name, std::string_view page_token) {
  net::Headers query{{"limit", std::to_string(jobs_per_page_max)}};
  if (!name.empty()) query.emplace_back("name", name);
  return ask("/api/2.2/jobs/list", with_page(std::move(query), page_token));
}

ApiRequest delete_job(std::int64_t job_id) {
  return order_once("/api/2.2/jobs/delete", {{"job_id", job_id}});
}

ApiRequest start_run(std::string_view path, json body) {
  bool has_token = find(body, "idempotency_token") != nullptr;
  std::string to(path);
  return has_token ? order(std::move(to), std::move(body)) : order_once(std::move(to), std::move(body));
}

ApiRequest run(std::int64_t run_id, std::string_view page_token) {
  return ask("/api/2.2/jobs/runs/get", with_page({{"run_id", std::to_string(run_id)}}, page_token));
}

ApiRequest run_with_history(std::int64_t run_id) {
  return ask("/api/2.2/jobs/runs/get", {{"run_id", std::to_string(run_id)}, {"include_history", "true"}});
}

ApiRequest run_output(std::int64_t run_id) {
  return ask("/api/2.2/jobs/runs/get-output", {{"run_id", std::to_string(run_id)}});
}

ApiRequest runs(JsonObject filters, std::string_view page_token) {
  net::Headers query{{"limit", std::to_string(runs_per_page_max)}};
  for (const auto& [name, value] : filters) {
    query.emplace_back(name, value.is_string() ? std::string(value.get_string()) : to_text(value));
  }
  return ask("/api/2.2/jobs/runs/list", with_page(std::move(query), page_token));
}

ApiRequest cancel_run(std::int64_t run_id) {
  return order("/api/2.2/jobs/runs/cancel", {{"run_id", run_id}});
}

ApiRequest cancel_all_runs(std::int64_t job_id) {
  return order("/api/2.2/jobs/runs/cancel-all", {{"job_id", job_id}, {"all_queued_runs", true}});
}

ApiRequest delete_run(std::int64_t run_id) {
  return order_once("/api/2.2/jobs/runs/delete", {{"run_id", run_id}});
}

ApiRequest repair_run(json body) { return order_once("/api/2.2/jobs/runs/repair", std::move(body)); }

}  // namespace weir::databricks::requests
