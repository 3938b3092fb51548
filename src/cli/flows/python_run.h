// Runs of Python flows: with a worker that we start (weir run flow.py), or for a program that has started us
// (weir attach).
#pragma once

#include "cli/flows/python_file.h"
#include "cli/watching/see_through.h"

namespace weir::cli {

struct PythonRun {
  foreign::Source source{};
  std::string flow{};                     ///< empty: the only one of the file
  std::vector<std::string> parameters{};  ///< "name=value", as typed
  core::Durability durability = core::Durability::process;
  bool refresh = false;
};

/// Starts a run of the flow and follows it.
Exit run_python(Session& session, const PythonRun& asked, const Seeing& seeing, Terminal& terminal);

/// Goes on with a run that is in the session already. `python`: as given with --python; otherwise the one that began it,
/// when it is still there.
Exit go_on_python(Session& session, runtime::RunSlot slot, const std::string& python, const Seeing& seeing,
                  Terminal& terminal);

/// Serves the program at the other end of standard input.
Exit attach(Terminal& terminal);

}  // namespace weir::cli
