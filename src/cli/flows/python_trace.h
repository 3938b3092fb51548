// What a Python flow declares, found out by a worker that calls its body without running a task.
#pragma once

#include "cli/flows/declared_flow.h"
#include "cli/flows/python_file.h"

namespace weir::cli {

/// Errors as the worker tells them: Code::invalid for a file or flow that will not do, Code::failed for what it raises.
Result<DeclaredFlow> trace_python(const PythonFile& named, const std::vector<std::string>& parameters,
                                  const std::string& python);

/// What the message `refused` tells.
Error refusal_in(const json& message);

}  // namespace weir::cli
