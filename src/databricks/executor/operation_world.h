// For tests of operations: a workspace by script that knows nothing yet, beside the world of runs.
#pragma once

#include "databricks/executor/executor_world.h"

namespace weir::databricks::testing {

struct OperationWorld : World {
  RecordingReports::End does(std::string_view kind, json inputs) {
    return run(attempt(kind, std::move(inputs)));
  }

  /// The attempt as it is taken up after a crash: with this plan, and what was attached if anything was.
  runtime::Attempt crashed(std::string_view kind, json inputs, json plan, json remote = nullptr) {
    auto again = attempt(kind, std::move(inputs));
    again.intent = {
        {"connection", connection_name}, {"host", workspace.host()}, {"plan", std::move(plan)}, {"at_ms", 1}};
    if (!remote.is_null()) {
      again.remote = std::move(remote);
      again.remote.get_object()["connection"] = connection_name;
      again.remote.get_object()["host"] = workspace.host();
    }
    return again;
  }

  json sent(const std::string& path, std::size_t which = 0) {
    return parse_json(workspace.seen(path).at(which).body).value();
  }
};

inline Scripted jobs_are(std::initializer_list<std::pair<int, std::string_view>> jobs) {
  JsonArray list;
  for (const auto& [id, name] : jobs) list.push_back({{"job_id", id}, {"settings", {{"name", name}}}});
  return ok({{"jobs", std::move(list)}});
}

inline json cluster(std::string_view state, json more = JsonObject{}) {
  JsonObject it{{"cluster_id", "0101-1"}, {"cluster_name", "etl"}, {"state", state}, {"state_message", ""}};
  for (auto& [key, value] : more.get_object()) it[key] = value;
  return it;
}
inline Scripted cluster_is(std::string_view state, json more = JsonObject{}) {
  return ok(cluster(state, more));
}

}  // namespace weir::databricks::testing
