#include "cli/run_view.h"

namespace weir::cli {
namespace {

json task_view(const core::Run& run, core::TaskIndex task) {
  JsonObject view{{"key", run.spec(task).key},
                  {"kind", run.spec(task).kind},
                  {"state", core::name_of(run.state(task))},
                  {"attempts", run.attempts(task)}};
  if (auto started = run.task_started(task)) view["started"] = to_millis(*started);
  if (auto ended = run.task_ended(task)) view["ended"] = to_millis(*ended);
  if (const json* value = run.value(task)) view["result"] = *value;
  if (const auto* failure = run.failure(task)) view["failure"] = core::to_json(*failure);
  if (const json* remote = run.remote(task)) view["remote"] = *remote;
  return view;
}

}  // namespace

json to_json(const core::Run& run) {
  JsonArray tasks;
  for (core::TaskIndex task = 0; task < run.size(); ++task) tasks.push_back(task_view(run, task));
  JsonObject view{{"name", run.about().name},
                  {"id", run.about().id},
                  {"flow", run.about().flow},
                  {"state", core::name_of(run.state())},
                  {"parameters", run.about().parameters},
                  {"started", to_millis(run.started())}};
  if (auto finished = run.finished()) view["finished"] = to_millis(*finished);
  if (run.body_error()) view["error"] = core::to_json(*run.body_error());
  view["tasks"] = std::move(tasks);
  return view;
}

}  // namespace weir::cli
