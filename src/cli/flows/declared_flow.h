// A flow as it is declared, read from its file or traced from its body, without a run.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "cli/terminal/program.h"
#include "cli/terminal/terminal.h"
#include "core/flow.h"
#include "yaml/faults.h"

namespace weir::cli {

struct DeclaredFlow {
  core::FlowSpec spec{};
  std::optional<std::string> grows_after{};  ///< the body goes on to declare tasks when this one has ended
};

/// `name` is a file for the weir binary, and for a program one of its flows, or empty for its only one. `parameters`
/// ("name=value") are what a body is called with; a flow file is the same with any, and takes none here. `python`: as
/// given with --python, for a Python file.
std::expected<DeclaredFlow, std::vector<yaml::FileError>> declared_flow(
    const Program& program, const std::string& name, const std::vector<std::string>& parameters,
    const std::string& python);

/// Prints every problem; the exit code is that of the first.
Exit refuse(const Terminal& terminal, const std::vector<yaml::FileError>& problems);

/// [{"file", "line", "column", "message", "hint"}, …]: line and column are null for a file as a whole, `file` too when
/// the flow is not in one.
json to_json(const std::vector<yaml::FileError>& problems);

}  // namespace weir::cli
