// Which Pythons run the workspace's drivers, and whether they can.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "workspace/spark/interpreters.h"

namespace weir::cli {

/// Those that were `asked` for (--python, the first is the default); or else what choose_python finds, and the
/// environment .venv-spark3.5 in the nearest folder upwards, if there is one. Each is looked at: see look_at_python.
Result<std::vector<workspace::Interpreter>> choose_interpreters(const std::vector<std::string>& asked);

/// Starts it once: it must be able to import a pyspark that drivers can do with, and there must be a Java.
/// Code::invalid says what to install.
Result<workspace::Interpreter> look_at_python(const std::filesystem::path& python);

/// For the command that serves, which need not look again: "4.1.4=/venv/bin/python".
std::string to_word(const workspace::Interpreter& interpreter);
Result<workspace::Interpreter> parse_interpreter(const std::string& word);

}  // namespace weir::cli
