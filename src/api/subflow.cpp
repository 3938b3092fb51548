#include <fmt/format.h>

#include <weir/error.h>
#include <weir/subflow.h>

namespace weir::detail {

std::vector<json> arguments_of(const Flow& flow, std::vector<json> given) {
  if (given.size() > flow.parameters.size()) {
    throw FlowError(fmt::format("flow '{}' takes {} parameters and is given {}", flow.name,
                                flow.parameters.size(), given.size()));
  }
  for (std::size_t i = given.size(); i < flow.parameters.size(); ++i) {
    const auto& parameter = flow.parameters[i];
    if (parameter.fallback.is_null()) {
      throw FlowError(fmt::format("flow '{}' needs its parameter '{}'", flow.name, parameter.name));
    }
    given.push_back(parameter.fallback);
  }
  return given;
}

}  // namespace weir::detail
