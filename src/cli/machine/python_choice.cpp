#include "cli/machine/python_choice.h"

#include <cstdlib>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/machine/state_folder.h"
#include "loop/loop.h"
#include "process/child.h"

namespace weir::cli {
namespace {

namespace fs = std::filesystem;

/// Java is looked for where Spark looks for it.
constexpr const char* probe =
    "import os, shutil, sys\n"
    "try:\n"
    "    import pyspark\n"
    "except ImportError:\n"
    "    sys.exit(3)\n"
    "home = os.environ.get('JAVA_HOME')\n"
    "java = os.path.join(home, 'bin', 'java') if home else 'java'\n"
    "sys.exit(0 if shutil.which(java) else 4)\n";

constexpr int no_pyspark = 3;
constexpr int no_java = 4;

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

Result<process::Exit> run_probe(const fs::path& python) {
  auto loop = make_loop();
  process::Exit ended;
  process::Command command{.argv = {python.string(), "-c", probe},
                           .environment = process::inherited_environment()};
  auto child = process::Child::start(*loop, command, {.on_exit = [&](process::Exit exit) {
    ended = exit;
    loop->stop();
  }});
  if (!child) return std::unexpected(child.error());
  loop->run();
  return ended;
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

Result<void> check_python(const fs::path& python) {
  auto ended = run_probe(python);
  if (!ended) return std::unexpected(ended.error());
  if (ended->ok()) return {};
  if (ended->code == no_pyspark)
    return fail(
        Code::invalid, fmt::format("{} cannot import pyspark, which runs the jobs", python.string()),
        "run: python3 -m venv .venv && .venv/bin/pip install 'pyspark==4.1.*'   (weir looks for .venv from "
        "here upwards), or name another Python with --python or WEIR_PYTHON");
  if (ended->code == no_java)
    return fail(Code::invalid, "Spark needs Java, and there is none on PATH or in JAVA_HOME",
                "install OpenJDK 17 (on Debian: apt install openjdk-17-jre-headless)");
  return fail(Code::invalid, fmt::format("{} does not work as a Python interpreter: it ended with {}",
                                         python.string(), ended->code));
}

}  // namespace weir::cli
