#include "core/scope.h"

#include <fmt/format.h>

#include "base/nearest.h"

namespace weir::core {
namespace {

/// Small values that templates can name besides parameters and results.
json context_of(const Run& run) {
  const auto& about = run.about();
  return {{"run", {{"id", about.id}, {"name", about.name}}}, {"flow", {{"name", about.flow}}}};
}

Result<const json*> task_result(const Run& run, std::span<const std::string> path) {
  if (path.size() < 3 || path[2] != "result") {
    return fail(Code::invalid, fmt::format("'{}' names no result", to_text(path)),
                "write tasks.<key>.result");
  }
  auto task = run.index_of(path[1]);
  const json* value = task ? run.value(*task) : nullptr;
  if (!value) return fail(Code::invalid, fmt::format("task '{}' has no result", path[1]));
  return walk(*value, path.subspan(3), fmt::format("tasks.{}.result", path[1]));
}

}  // namespace

Result<json> render_inputs(const Run& run, TaskIndex task) {
  json context = context_of(run);
  json parameters = run.about().parameters;
  auto resolve = [&](std::span<const std::string> path) -> Result<const json*> {
    if (path.empty()) return fail(Code::invalid, "an empty template names nothing");
    if (path[0] == "tasks") return task_result(run, path);
    if (path[0] == "parameters") return walk(parameters, path.subspan(1), "parameters");
    return walk(context, path, "the template");
  };
  return render(run.spec(task).inputs, resolve);
}

}  // namespace weir::core
