#include "cli/watching/run_view.h"

namespace weir::cli {
namespace {

constexpr std::size_t collected_bytes_max = 64 * 1024;

json elements_view(const core::Stage& stage) {
  JsonObject view{{"total", stage.count}};
  for (std::size_t i = 0; i < core::task_state_count; ++i) {
    if (stage.by_state[i] > 0) view[core::name_of(static_cast<core::TaskState>(i))] = stage.by_state[i];
  }
  return view;
}

json task_view(const core::Run& run, core::TaskIndex task) {
  JsonObject view{{"key", run.key(task)},
                  {"kind", run.spec(task).kind},
                  {"state", core::name_of(run.state(task))},
                  {"attempts", run.attempts(task)}};
  if (auto started = run.task_started(task)) view["started"] = to_millis(*started);
  if (auto ended = run.task_ended(task)) view["ended"] = to_millis(*ended);
  if (run.is_mapped(task)) {
    view["elements"] = elements_view(run.stage(run.stage_of(task)));
  } else if (const json* value = run.value(task)) {
    view["result"] = *value;
  }
  if (run.is_cached(task)) view["cached"] = true;
  if (const auto* why = run.note(task)) view["reason"] = *why;
  if (const auto* failure = run.failure(task)) view["failure"] = core::to_json(*failure);
  if (const json* remote = run.remote(task)) view["remote"] = *remote;
  return view;
}

json run_view(const core::Run& run, const json& returned) {
  JsonObject view{{"name", run.about().name},           {"id", run.about().id},
                  {"flow", run.about().flow},           {"state", core::name_of(run.state())},
                  {"paused", run.is_paused()},          {"parameters", run.about().parameters},
                  {"started", to_millis(run.started())}};
  if (auto finished = run.finished()) view["finished"] = to_millis(*finished);
  if (const json* parent = find(run.about().source, "parent")) view["parent"] = *parent;
  if (run.body_error()) view["error"] = core::to_json(*run.body_error());
  if (!returned.is_null()) view["returned"] = returned;
  return view;
}

}  // namespace

void print_json(const core::Run& run, const Terminal& terminal, const json& returned) {
  std::string text = to_pretty_text(run_view(run, returned));
  text.erase(text.rfind("\n}"));
  text += ",\n  \"tasks\": [";
  std::string_view separator = "\n    ";
  run.for_each_task([&](core::TaskIndex task) {
    text += separator;
    text += to_text(task_view(run, task));
    separator = ",\n    ";
    if (text.size() < collected_bytes_max) return;
    terminal.raw(text);
    text.clear();
  });
  terminal.raw(text + "\n  ]\n}\n");
}

}  // namespace weir::cli
