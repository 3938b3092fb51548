// The flows that a C++ program brings along, and how one of them is chosen on the command line.
#pragma once

#include <string>
#include <vector>

#include <weir/flow.h>

#include "base/error.h"

namespace weir::cli {

/// The flows of a C++ program; empty for the weir binary, whose flows come from files.
struct Program {
  std::string name = "weir";
  std::vector<Flow> flows{};
};

/// The flow of that name, or the only one when the name is empty.
Result<const Flow*> find_flow(const Program& program, const std::string& name);

/// Names and defaults, as with_values takes them.
JsonObject declared_parameters(const Flow& flow);

/// One for each parameter of the body, in its order.
std::vector<json> arguments_of(const Flow& flow, const JsonObject& values);

}  // namespace weir::cli
