#include "cli/flows/declared_flow.h"

#include "api/flow_trace.h"
#include "cli/flows/parameters.h"
#include "cli/flows/python_trace.h"
#include "cli/session/session.h"
#include "yaml/flow_file.h"

namespace weir::cli {
namespace {

std::vector<yaml::FileError> without_place(const Error& error) { return {{error, "", 0, 0, error.message}}; }

Result<DeclaredFlow> traced_flow(const Program& program, const std::string& name,
                                 const std::vector<std::string>& parameters) {
  auto flow = find_flow(program, name);
  if (!flow) return std::unexpected(flow.error());
  auto values = with_values(declared_parameters(**flow), parameters);
  if (!values) return std::unexpected(values.error());
  auto traced = api::trace(**flow, arguments_of(**flow, *values), known_kinds());
  if (!traced) return std::unexpected(traced.error());
  return DeclaredFlow{std::move(traced->flow), std::move(traced->waits_for)};
}

json to_json(const yaml::FileError& problem) {
  bool placed = problem.line > 0;
  return JsonObject{{"file", problem.file.empty() ? json(nullptr) : json(problem.file)},
                    {"line", placed ? json(problem.line) : json(nullptr)},
                    {"column", placed ? json(problem.column) : json(nullptr)},
                    {"message", problem.what},
                    {"hint", problem.hint}};
}

}  // namespace

std::expected<DeclaredFlow, std::vector<yaml::FileError>> declared_flow(
    const Program& program, const std::string& name, const std::vector<std::string>& parameters,
    const std::string& python) {
  if (!program.flows.empty()) {
    auto traced = traced_flow(program, name, parameters);
    if (!traced) return std::unexpected(without_place(traced.error()));
    return std::move(*traced);
  }
  if (auto named = python_file(name)) {
    auto traced = trace_python(*named, parameters, python);
    if (!traced) return std::unexpected(without_place(traced.error()));
    return std::move(*traced);
  }
  auto spec = yaml::read_flow(name, known_kinds());
  if (!spec) return std::unexpected(spec.error());
  return DeclaredFlow{std::move(*spec)};
}

Exit refuse(const Terminal& terminal, const std::vector<yaml::FileError>& problems) {
  for (const auto& problem : problems) terminal.error(problem);
  return exit_code_of(problems.front().code);
}

json to_json(const std::vector<yaml::FileError>& problems) {
  JsonArray array;
  for (const auto& problem : problems) array.push_back(to_json(problem));
  return array;
}

}  // namespace weir::cli
