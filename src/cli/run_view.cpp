#include "cli/run_view.h"

#include <fmt/format.h>

namespace weir::cli {
namespace {

constexpr std::size_t collected_bytes_max = 64 * 1024;

json task_view(const core::Run& run, core::TaskIndex task) {
  JsonObject view{{"key", run.key(task)},
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

json run_view(const core::Run& run) {
  JsonObject view{{"name", run.about().name},
                  {"id", run.about().id},
                  {"flow", run.about().flow},
                  {"state", core::name_of(run.state())},
                  {"parameters", run.about().parameters},
                  {"started", to_millis(run.started())}};
  if (auto finished = run.finished()) view["finished"] = to_millis(*finished);
  if (run.body_error()) view["error"] = core::to_json(*run.body_error());
  return view;
}

}  // namespace

void print_json(const core::Run& run, const Terminal& terminal) {
  std::string text = to_pretty_text(run_view(run));
  text.erase(text.rfind("\n}"));
  text += ",\n  \"tasks\": [";
  for (core::TaskIndex task = 0; task < run.size(); ++task) {
    text += fmt::format("{}\n    {}", task == 0 ? "" : ",", to_text(task_view(run, task)));
    if (text.size() < collected_bytes_max) continue;
    terminal.raw(text);
    text.clear();
  }
  terminal.raw(text + "\n  ]\n}\n");
}

}  // namespace weir::cli
