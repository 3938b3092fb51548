#include "cli/embedded/interpreter_choice.h"

#include <fmt/format.h>

#include "cli/machine/python_choice.h"
#include "cli/machine/state_folder.h"
#include "loop/loop.h"
#include "process/child.h"

namespace weir::cli {
namespace {

namespace fs = std::filesystem;
using workspace::Interpreter;

/// Says the version of pyspark. Java is looked for where Spark looks for it.
constexpr const char* probe =
    "import os, shutil, sys\n"
    "if sys.version_info < (3, 10):\n"
    "    sys.exit(5)\n"
    "try:\n"
    "    import pyspark\n"
    "except ImportError:\n"
    "    sys.exit(3)\n"
    "home = os.environ.get('JAVA_HOME')\n"
    "java = os.path.join(home, 'bin', 'java') if home else 'java'\n"
    "print(pyspark.__version__)\n"
    "sys.exit(0 if shutil.which(java) else 4)\n";

constexpr int no_pyspark = 3;
constexpr int no_java = 4;
constexpr int old_python = 5;

const fs::path elder_environment = fs::path(".venv-spark3.5") / "bin" / "python";

struct Probed {
  process::Exit ended{};
  std::string said{};
};

Result<Probed> run_probe(const fs::path& python) {
  auto loop = make_loop();
  Probed probed;
  process::Command command{.argv = {python.string(), "-c", probe},
                           .environment = process::inherited_environment()};
  process::ChildEvents events{.on_line =
                                  [&](process::Stream stream, std::string_view line) {
                                    if (stream == process::Stream::out) probed.said = line;
                                  },
                              .on_exit =
                                  [&](process::Exit exit) {
                                    probed.ended = exit;
                                    loop->stop();
                                  }};
  auto child = process::Child::start(*loop, command, std::move(events));
  if (!child) return std::unexpected(child.error());
  loop->run();
  return probed;
}

}  // namespace

Result<std::vector<Interpreter>> choose_interpreters(const std::vector<std::string>& asked) {
  std::vector<fs::path> pythons;
  for (const std::string& one : asked) {
    auto python = choose_python(one);
    if (!python) return std::unexpected(python.error());
    pythons.push_back(*python);
  }
  if (asked.empty()) {
    auto python = choose_python("");
    if (!python) return std::unexpected(python.error());
    pythons.push_back(*python);
    std::error_code error;
    if (auto elder = find_upwards(fs::current_path(error), elder_environment); !error && !elder.empty())
      pythons.push_back(elder);
  }
  std::vector<Interpreter> interpreters;
  for (const fs::path& python : pythons) {
    auto interpreter = look_at_python(python);
    if (!interpreter) return std::unexpected(interpreter.error());
    interpreters.push_back(std::move(*interpreter));
  }
  return interpreters;
}

Result<Interpreter> look_at_python(const fs::path& python) {
  auto probed = run_probe(python);
  if (!probed) return std::unexpected(probed.error());
  const process::Exit& ended = probed->ended;
  if (ended.code == no_pyspark)
    return fail(
        Code::invalid, fmt::format("{} cannot import pyspark, which runs the jobs", python.string()),
        fmt::format(
            "run: {} -m pip install 'pyspark==4.1.*'; or make an environment with it, python3 -m venv "
            ".venv && .venv/bin/pip install 'pyspark==4.1.*', and name it: --python .venv/bin/python, "
            "or WEIR_PYTHON",
            python.string()));
  if (ended.code == no_java)
    return fail(Code::invalid, "Spark needs Java, and there is none on PATH or in JAVA_HOME",
                "install OpenJDK 17 (on Debian: apt install openjdk-17-jre-headless)");
  if (ended.code == old_python)
    return fail(Code::invalid,
                fmt::format("{} is older than Python 3.10, which runs the jobs", python.string()),
                "name another Python with --python or WEIR_PYTHON");
  if (!ended.ok())
    return fail(Code::invalid, fmt::format("{} does not work as a Python interpreter: it ended with {}",
                                           python.string(), ended.code));
  if (workspace::is_supported_spark(probed->said))
    return Interpreter{.python = python, .spark_version = probed->said};
  return fail(Code::invalid,
              fmt::format("{} has pyspark {}, and jobs run on 3.5 and on 4", python.string(), probed->said),
              fmt::format("install another one: {} -m pip install 'pyspark==4.1.*'", python.string()));
}

std::string to_word(const Interpreter& interpreter) {
  return interpreter.spark_version + "=" + interpreter.python.string();
}

/// A path has no '=' before its first '/', which is where it begins.
Result<Interpreter> parse_interpreter(const std::string& word) {
  auto sign = word.find('=');
  if (sign == word.npos || sign > word.find('/')) return look_at_python(word);
  return Interpreter{.python = word.substr(sign + 1), .spark_version = word.substr(0, sign)};
}

}  // namespace weir::cli
