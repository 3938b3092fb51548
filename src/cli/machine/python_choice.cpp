#include "cli/machine/python_choice.h"

#include <cstdlib>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/machine/state_folder.h"

namespace weir::cli {
namespace {

namespace fs = std::filesystem;

bool is_program(const fs::path& file) {
  std::error_code error;
  return fs::is_regular_file(file, error) && ::access(file.c_str(), X_OK) == 0;
}

fs::path on_path(const std::string& name) {
  const char* variable = std::getenv("PATH");
  std::string_view path = variable ? variable : "";
  while (!path.empty()) {
    std::string_view folder = path.substr(0, path.find(':'));
    path.remove_prefix(std::min(path.size(), folder.size() + 1));
    if (!folder.empty() && is_program(fs::path(folder) / name)) return fs::absolute(fs::path(folder) / name);
  }
  return {};
}

/// A path as it was written, made absolute; links are kept, because a virtual environment is one.
Result<fs::path> named(const std::string& text, std::string_view origin) {
  fs::path found = text.find('/') == text.npos ? on_path(text) : fs::absolute(text);
  if (is_program(found)) return found;
  return fail(Code::not_found,
              fmt::format("{} names the Python interpreter '{}', which is not there", origin, text));
}

}  // namespace

Result<fs::path> choose_python(const std::string& asked) {
  if (!asked.empty()) return named(asked, "--python");
  if (const char* variable = std::getenv("WEIR_PYTHON"); variable && *variable)
    return named(variable, "WEIR_PYTHON");
  std::error_code error;
  auto beside = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const char* name : {"python", "python3"}) {
    if (!error && is_program(beside / name)) return beside / name;
  }
  auto environment = find_upwards(fs::current_path(error), fs::path(".venv") / "bin" / "python");
  if (!error && is_program(environment)) return environment;
  if (auto found = on_path("python3"); !found.empty()) return found;
  return fail(Code::not_found, "there is no Python to run jobs with",
              "install Python 3 and pyspark, or name an interpreter with --python");
}

}  // namespace weir::cli
