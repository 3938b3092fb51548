#include "workers/flow_request.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/nearest.h"

namespace weir::workers {
namespace {

bool is_of_type(const json& fallback, const json& value) {
  if (fallback.is_null()) return true;
  return fallback.is_number() ? value.is_number() : fallback.kind() == value.kind();
}

bool is_needed(const core::Run& run, const core::Stage& stage) {
  return std::ranges::any_of(stage.downstreams, [&run](const core::Edge& edge) {
    return !run.stage(edge.stage).spec->policy.cleanup;
  });
}

/// The first task whose failure made the run fail; nullopt when it was not a task's.
std::optional<core::TaskIndex> culprit_of(const core::Run& run) {
  std::optional<core::TaskIndex> culprit;
  run.for_each_task([&](core::TaskIndex task) {
    bool counts = run.state(task) == core::TaskState::failed && !run.spec(task).policy.may_fail;
    if (!culprit && counts && run.failure(task)) culprit = task;
  });
  return culprit;
}

std::string why_of(const core::Run& run) {
  if (run.state() == core::RunState::cancelled) return "was cancelled";
  if (run.cancelling() == core::CancelRequested::Reason::timeout) return "took longer than its timeout";
  auto culprit = culprit_of(run);
  return culprit ? fmt::format("failed: task '{}': {}", run.key(*culprit), run.failure(*culprit)->message)
                 : "failed";
}

}  // namespace

std::filesystem::path flow_file_of(const core::Run& parent, const json& inputs) {
  const auto& source = parent.about().source;
  auto folder = std::filesystem::path(string_or(source, "file", "")).parent_path();
  if (folder.empty()) folder = string_or(source, "directory", "");
  auto file = folder / string_or(inputs, "file", "");
  return std::filesystem::absolute(file).lexically_normal();
}

Result<JsonObject> parameters_of(const core::FlowSpec& flow, const json& inputs) {
  JsonObject values = flow.parameters;
  std::vector<std::string> names;
  for (const auto& parameter : values) names.emplace_back(parameter.key());
  const json* given = find(inputs, "parameters");
  for (const auto& [key, value] : given && given->is_object() ? given->get_object() : JsonObject{}) {
    std::string name = key;
    const json* fallback = flow.parameters.if_contains(name);
    if (!fallback) {
      return fail(Code::invalid, fmt::format("flow '{}' has no parameter '{}'", flow.name, name),
                  suggest(name, names));
    }
    if (!is_of_type(*fallback, value)) {
      return fail(Code::invalid,
                  fmt::format("parameter '{}' of flow '{}' is {}", name, flow.name, core::type_phrase(value)),
                  fmt::format("its default is {}", to_text(*fallback)));
    }
    values[name] = value;
  }
  for (const auto& parameter : values) {
    if (!parameter.value().is_null()) continue;
    return fail(Code::invalid, fmt::format("parameter '{}' of flow '{}' has no value",
                                           std::string(parameter.key()), flow.name));
  }
  return values;
}

json source_of(const core::Run& parent, const runtime::Attempt& attempt, const std::filesystem::path& file) {
  JsonObject about_parent{{"run_id", attempt.run_id},
                          {"run", attempt.run_name},
                          {"task", attempt.task},
                          {"depth", depth_of(parent) + 1}};
  return JsonObject{{"face", "yaml"},
                    {"file", file.string()},
                    {"directory", string_or(parent.about().source, "directory", "")},
                    {"parent", std::move(about_parent)}};
}

std::int64_t depth_of(const core::Run& run) {
  const json* parent = find(run.about().source, "parent");
  return parent ? int_or(*parent, "depth", 0) : 0;
}

json results_of(const core::Run& run) {
  JsonObject results;
  for (core::StageIndex i = 0; i < run.stage_count(); ++i) {
    const auto& stage = run.stage(i);
    if (stage.spec->policy.cleanup || is_needed(run, stage)) continue;
    const json* value = run.value(stage.head);
    results[stage.spec->key] = value ? *value : json(nullptr);
  }
  return results;
}

runtime::Failure failure_of(const core::Run& run) {
  runtime::Failure failure;
  failure.message = fmt::format("run '{}' {}", run.about().name, why_of(run));
  failure.detail = JsonObject{{"run_id", run.about().id}, {"run_name", run.about().name}};
  if (auto culprit = culprit_of(run)) failure.trace = run.failure(*culprit)->trace;
  return failure;
}

}  // namespace weir::workers
