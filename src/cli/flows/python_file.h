// A Python flow as it is named on the command line: flow.py, or flow.py:daily.
#pragma once

#include <optional>
#include <string>

#include "foreign/fleet.h"

namespace weir::cli {

struct PythonFile {
  std::string file{};  ///< as typed
  std::string flow{};  ///< empty: the only one
};

/// nullopt for the name of anything else.
std::optional<PythonFile> python_file(const std::string& text);

/// The file and the Python for it: `python` as given with --python. Code::not_found when either is not there.
Result<foreign::Source> source_of(const PythonFile& named, const std::string& python);

/// The message `open` for a worker of the role `body`.
json open_message(const foreign::Source& source, const std::string& flow);

/// Whether a worker's `hello` is one that we understand.
Result<void> check_hello(const json& hello);

/// A worker was gone before it had said what it wants.
Error no_worker(const foreign::Source& source, const std::string& last_words);

}  // namespace weir::cli
