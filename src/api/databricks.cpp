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

Future<JobRun> declare(std::string kind, std::string name, json inputs, Call call, TaskOptions options) {
  auto body = detail::current_body();
  std::string key = body->declare({.kind = std::move(kind),
                                   .name = std::move(name),
                                   .inputs = std::move(inputs),
                                   .call = std::move(call),
                                   .options = std::move(options)});
  return {std::move(body), std::move(key)};
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

Future<JobRun> Client::run_now(const RunNow& request, Call call, TaskOptions options) const {
  return declare("databricks.run_now", "run_now", detail::literal(inputs_of(request)), std::move(call),
                 options);
}

Future<JobRun> Client::submit_run(Input<json> request, Call call, TaskOptions options) const {
  return declare("databricks.submit_run", "submit_run", request.compiled(), std::move(call), options);
}

}  // namespace weir::databricks
