#include "workspace/clusters/commands_api.h"

#include <fmt/format.h>

#include "workspace/clusters/cluster_fields.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

constexpr auto answer_timeout = std::chrono::seconds(60);

/// API 1.2 has an error shape of its own.
net::ServerResponse error(int status, std::string_view message) {
  return {.status = status, .body = to_text(json{{"error", message}})};
}

/// Without them the request means nothing, and its own version says so in its own words.
std::vector<std::string_view> needed_by(std::string_view path) {
  if (path == "/contexts/create") return {"clusterId"};
  if (path.starts_with("/contexts/")) return {"clusterId", "contextId"};
  if (path == "/commands/execute") return {"clusterId", "contextId"};
  return {"clusterId", "contextId", "commandId"};
}

net::ServerResponse answer_of(const Result<json>& answer) {
  if (!answer) return error(500, answer.error().message);
  if (auto message = find_string(*answer, "error")) return error(400, *message);
  return {.body = to_text(*answer)};
}

}  // namespace

void CommandsApi::add_routes(Router& router) {
  auto add = [&](std::string_view method, std::string_view name) {
    router.add_api(
        {"1.2"}, name,
        {.method = std::string(method),
         .handler = [this, path = "/" + std::string(name)](const Call& call) { return pass_on(call, path); },
         .bodies = Bodies::json_or_form,
         .fields = cluster_fields(name)});
  };
  add("POST", "contexts/create");
  add("GET", "contexts/status");
  add("POST", "contexts/destroy");
  add("POST", "commands/execute");
  add("GET", "commands/status");
  add("POST", "commands/cancel");
}

Reply CommandsApi::pass_on(const Call& call, std::string_view path) {
  Fields in(call.fields);
  for (std::string_view needed : needed_by(path))
    if (in.text_or(needed, "").empty())
      return error(400, fmt::format("requirement failed: missing {}", needed));
  std::string id = in.text("clusterId");
  if (in.refusal()) return error(400, in.refusal()->message);
  auto cluster = clusters_.store().find(id);
  if (!cluster) return internal_error(cluster.error());
  if (!*cluster) return error(400, fmt::format("Cluster {} does not exist", id));
  if (!(*cluster)->is_running())
    return error(500,
                 fmt::format("ClusterNotReadyException: Cluster {} is {}", id, name_of((*cluster)->state)));
  JsonObject body = call.fields;
  if (call.file) body["command"] = *call.file;
  for (std::string_view field : {"language", "contextId", "commandId", "command"}) body.emplace(field, "");
  net::ServerResponse response;
  response.later = [this, cluster = **cluster, path = std::string(path),
                    body = std::move(body)](net::ServerResponse::Answer answer) {
    clusters_.ask(cluster, path, json(body), answer_timeout,
                  [answer = std::move(answer)](const Result<json>& told) { answer(answer_of(told)); });
  };
  return response;
}

}  // namespace weir::workspace
