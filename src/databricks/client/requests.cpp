#include "databricks/client/requests.h"

#include "databricks/wire/limits.h"

namespace weir::databricks::requests {
namespace {

ApiRequest read(std::string path, net::Headers query) {
  return {.path = std::move(path), .query = std::move(query), .repeatable = true};
}

ApiRequest post(std::string_view path, json body, bool repeatable) {
  return {.method = "POST", .path = std::string(path), .body = std::move(body), .repeatable = repeatable};
}

net::Headers with_page(net::Headers query, std::string_view page_token) {
  if (!page_token.empty()) query.emplace_back("page_token", page_token);
  return query;
}

}  // namespace

ApiRequest create_job(json settings) { return post("/api/2.2/jobs/create", std::move(settings), false); }

ApiRequest job(std::int64_t job_id, std::string_view page_token) {
  return read("/api/2.2/jobs/get", with_page({{"job_id", std::to_string(job_id)}}, page_token));
}

ApiRequest jobs(std::string_view name, std::string_view page_token) {
  net::Headers query{{"limit", std::to_string(jobs_per_page_max)}};
  if (!name.empty()) query.emplace_back("name", name);
  return read("/api/2.2/jobs/list", with_page(std::move(query), page_token));
}

ApiRequest delete_job(std::int64_t job_id) {
  return post("/api/2.2/jobs/delete", {{"job_id", job_id}}, false);
}

ApiRequest start_run(std::string_view path, json body) {
  bool repeatable = find(body, "idempotency_token") != nullptr;
  return post(path, std::move(body), repeatable);
}

ApiRequest run(std::int64_t run_id, std::string_view page_token) {
  return read("/api/2.2/jobs/runs/get", with_page({{"run_id", std::to_string(run_id)}}, page_token));
}

ApiRequest run_output(std::int64_t run_id) {
  return read("/api/2.2/jobs/runs/get-output", {{"run_id", std::to_string(run_id)}});
}

ApiRequest runs(JsonObject filters, std::string_view page_token) {
  net::Headers query{{"limit", std::to_string(runs_per_page_max)}};
  for (const auto& [name, value] : filters) {
    query.emplace_back(name, value.is_string() ? std::string(value.get_string()) : to_text(value));
  }
  return read("/api/2.2/jobs/runs/list", with_page(std::move(query), page_token));
}

ApiRequest cancel_run(std::int64_t run_id) {
  return post("/api/2.2/jobs/runs/cancel", {{"run_id", run_id}}, true);
}

}  // namespace weir::databricks::requests
