#include <weir/databricks.h>

#include "base/json.h"

namespace weir::databricks {
namespace {

JsonObject inputs_of(const RunNow& request) {
  JsonObject inputs;
  if (const auto* more = request.more.if_object()) inputs = *more;
  if (!request.job.empty()) inputs["job"] = request.job;
  if (request.job_id != 0) inputs["job_id"] = request.job_id;
  auto put = [&inputs](const char* name, const json& value) {
    if (!value.is_null()) inputs[name] = value;
  };
  put("notebook_params", request.notebook_params);
  put("python_params", request.python_params);
  put("jar_params", request.jar_params);
  put("job_parameters", request.job_parameters);
  return inputs;
}

template <class R>
Future<R> declare(const std::string& operation, json inputs, Call call, TaskOptions options) {
  auto body = detail::current_body();
  std::string key = body->declare({.kind = "databricks." + operation,
                                   .name = operation,
                                   .inputs = std::move(inputs),
                                   .call = std::move(call),
                                   .options = std::move(options)});
  return {std::move(body), std::move(key)};
}

/// Inputs with one field that may be a future.
json inputs_with(const char* name, const json& compiled, JsonObject more = {}) {
  JsonObject inputs;
  inputs[name] = compiled;
  for (auto& [key, value] : more) inputs[key] = detail::literal(std::move(value));
  return inputs;
}

}  // namespace

Client connect(const Workspace& workspace) {
  std::map<std::string, std::string> said;
  auto say = [&said](const char* name, const std::string& value) {
    if (!value.empty()) said[name] = value;
  };
  say("name", workspace.profile);
  say("host", workspace.host);
  say("token", workspace.token);
  say("username", workspace.username);
  say("password", workspace.password);
  say("client_id", workspace.client_id);
  say("client_secret", workspace.client_secret);
  say("azure_client_id", workspace.azure_client_id);
  say("azure_client_secret", workspace.azure_client_secret);
  say("azure_tenant_id", workspace.azure_tenant_id);
  say("azure_workspace_resource_id", workspace.azure_workspace_resource_id);
  say("azure_environment", workspace.azure_environment);
  say("auth_type", workspace.auth_type);
  detail::current_body()->choose_workspace(std::move(said));
  return {};
}

JobRun tag_invoke(boost::json::value_to_tag<JobRun>, const json& value) {
  return {int_or(value, "run_id", 0), string_or(value, "run_page_url", ""), string_or(value, "result", "")};
}

void tag_invoke(boost::json::value_from_tag, json& value, const JobRun& run) {
  value = {{"run_id", run.run_id}, {"run_page_url", run.run_page_url}, {"result", run.result}};
}

Cluster tag_invoke(boost::json::value_to_tag<Cluster>, const json& value) {
  return {string_or(value, "cluster_id", ""), string_or(value, "cluster_name", ""),
          string_or(value, "state", "")};
}

void tag_invoke(boost::json::value_from_tag, json& value, const Cluster& cluster) {
  value = {
      {"cluster_id", cluster.cluster_id}, {"cluster_name", cluster.cluster_name}, {"state", cluster.state}};
}

Rows tag_invoke(boost::json::value_to_tag<Rows>, const json& value) {
  auto part = [&](const char* name) {
    const json* found = find(value, name);
    return found ? *found : json(JsonArray{});
  };
  return {string_or(value, "statement_id", ""), part("columns"), part("rows")};
}

void tag_invoke(boost::json::value_from_tag, json& value, const Rows& rows) {
  value = {{"statement_id", rows.statement_id}, {"columns", rows.columns}, {"rows", rows.rows}};
}

Future<JobRun> Client::run_now(const RunNow& request, Call call, TaskOptions options) const {
  return declare<JobRun>("run_now", detail::literal(inputs_of(request)), std::move(call), std::move(options));
}

Future<JobRun> Client::submit_run(Input<json> request, Call call, TaskOptions options) const {
  return declare<JobRun>("submit_run", request.compiled(), std::move(call), std::move(options));
}

Future<json> Client::create_job(Input<json> request, Call call, TaskOptions options) const {
  return declare<json>("create_job", request.compiled(), std::move(call), std::move(options));
}

Future<json> Client::update_job(Input<json> request, Call call, TaskOptions options) const {
  return declare<json>("update_job", request.compiled(), std::move(call), std::move(options));
}

Future<json> Client::delete_job(const std::string& job, Call call, TaskOptions options) const {
  return declare<json>("delete_job", inputs_with("job", detail::literal(json(job))), std::move(call),
                       std::move(options));
}

Future<JobRun> Client::repair_run(Input<json> run, Call call, TaskOptions options) const {
  return declare<JobRun>("repair_run", inputs_with("run_id", run.compiled()), std::move(call),
                         std::move(options));
}

Future<json> Client::cancel_run(Input<json> run, Call call, TaskOptions options) const {
  return declare<json>("cancel_run", inputs_with("run_id", run.compiled()), std::move(call),
                       std::move(options));
}

Future<json> Client::cancel_all_runs(const std::string& job, Call call, TaskOptions options) const {
  return declare<json>("cancel_all_runs", inputs_with("job", detail::literal(json(job))), std::move(call),
                       std::move(options));
}

Future<json> Client::get_output(Input<json> run, Call call, TaskOptions options) const {
  return declare<json>("get_output", inputs_with("run_id", run.compiled()), std::move(call),
                       std::move(options));
}

Future<Cluster> Client::create_cluster(Input<json> request, Call call, TaskOptions options) const {
  return declare<Cluster>("create_cluster", request.compiled(), std::move(call), std::move(options));
}

Future<Cluster> Client::start_cluster(Input<json> cluster, Call call, TaskOptions options) const {
  return declare<Cluster>("start_cluster", inputs_with("cluster", cluster.compiled()), std::move(call),
                          std::move(options));
}

Future<Cluster> Client::ensure_cluster(Input<json> cluster, Call call, TaskOptions options) const {
  return declare<Cluster>("ensure_cluster", inputs_with("cluster", cluster.compiled()), std::move(call),
                          std::move(options));
}

Future<Cluster> Client::restart_cluster(Input<json> cluster, Call call, TaskOptions options) const {
  return declare<Cluster>("restart_cluster", inputs_with("cluster", cluster.compiled()), std::move(call),
                          std::move(options));
}

Future<Cluster> Client::terminate_cluster(Input<json> cluster, Call call, TaskOptions options) const {
  return declare<Cluster>("terminate_cluster", inputs_with("cluster", cluster.compiled()), std::move(call),
                          std::move(options));
}

Future<Cluster> Client::resize_cluster(Input<json> cluster, json size, Call call, TaskOptions options) const {
  auto more = size.is_object() ? size.get_object() : JsonObject{{"num_workers", size}};
  return declare<Cluster>("resize_cluster", inputs_with("cluster", cluster.compiled(), std::move(more)),
                          std::move(call), std::move(options));
}

Future<json> Client::install_libraries(Input<json> cluster, json libraries, Call call,
                                       TaskOptions options) const {
  return declare<json>("install_libraries",
                       inputs_with("cluster", cluster.compiled(), {{"libraries", std::move(libraries)}}),
                       std::move(call), std::move(options));
}

Future<json> Client::uninstall_libraries(Input<json> cluster, json libraries, Call call,
                                         TaskOptions options) const {
  return declare<json>("uninstall_libraries",
                       inputs_with("cluster", cluster.compiled(), {{"libraries", std::move(libraries)}}),
                       std::move(call), std::move(options));
}

Future<json> Client::put_file(Input<json> request, Call call, TaskOptions options) const {
  return declare<json>("put_file", request.compiled(), std::move(call), std::move(options));
}

Future<json> Client::get_file(Input<std::string> path, Call call, TaskOptions options) const {
  return declare<json>("get_file", inputs_with("path", path.compiled()), std::move(call), std::move(options));
}

Future<json> Client::delete_file(Input<std::string> path, Call call, TaskOptions options) const {
  return declare<json>("delete_file", inputs_with("path", path.compiled()), std::move(call),
                       std::move(options));
}

Future<json> Client::import_notebook(Input<json> request, Call call, TaskOptions options) const {
  return declare<json>("import_notebook", request.compiled(), std::move(call), std::move(options));
}

Future<json> Client::create_scope(const std::string& scope, Call call, TaskOptions options) const {
  return declare<json>("create_scope", inputs_with("scope", detail::literal(json(scope))), std::move(call),
                       std::move(options));
}

Future<json> Client::put_secret(const std::string& scope, const std::string& key, const std::string& variable,
                                Call call, TaskOptions options) const {
  json inputs = {{"scope", scope}, {"key", key}, {"value", {{"env", variable}}}};
  return declare<json>("put_secret", detail::literal(std::move(inputs)), std::move(call), std::move(options));
}

Future<Rows> Client::sql(Input<json> request, Call call, TaskOptions options) const {
  return declare<Rows>("sql", request.compiled(), std::move(call), std::move(options));
}

Future<json> Client::wait_run(Input<json> run, Call call, TaskOptions options) const {
  return declare<json>("wait_run", inputs_with("run_id", run.compiled()), std::move(call),
                       std::move(options));
}

Future<Cluster> Client::wait_cluster(Input<json> cluster, const std::string& state, Call call,
                                     TaskOptions options) const {
  return declare<Cluster>("wait_cluster", inputs_with("cluster", cluster.compiled(), {{"state", state}}),
                          std::move(call), std::move(options));
}

Future<json> Client::wait_file(Input<std::string> path, Call call, TaskOptions options) const {
  return declare<json>("wait_file", inputs_with("path", path.compiled()), std::move(call),
                       std::move(options));
}

Future<json> Client::wait_table(Input<json> request, Call call, TaskOptions options) const {
  return declare<json>("wait_table", request.compiled(), std::move(call), std::move(options));
}

}  // namespace weir::databricks
