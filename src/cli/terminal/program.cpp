#include "cli/terminal/program.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/nearest.h"

namespace weir::cli {

Result<const Flow*> find_flow(const Program& program, const std::string& name) {
  if (name.empty() && program.flows.size() == 1) return &program.flows.front();
  auto found = std::ranges::find(program.flows, name, &Flow::name);
  if (found != program.flows.end()) return &*found;
  std::vector<std::string> names;
  for (const auto& flow : program.flows) names.push_back(flow.name);
  if (name.empty()) return fail(Code::invalid, "this program has several flows", suggest("", names));
  return fail(Code::not_found, fmt::format("this program has no flow '{}'", name), suggest(name, names));
}

JsonObject declared_parameters(const Flow& flow) {
  JsonObject declared;
  for (const auto& parameter : flow.parameters) declared[parameter.name] = parameter.fallback;
  return declared;
}

std::vector<json> arguments_of(const Flow& flow, const JsonObject& values) {
  std::vector<json> arguments;
  for (const auto& parameter : flow.parameters) {
    const json* value = values.if_contains(parameter.name);
    arguments.push_back(value ? *value : parameter.fallback);
  }
  return arguments;
}

}  // namespace weir::cli
