// What can be known without starting a server: tests/e2e starts real ones.
#include "cli/embedded/embedded_workspace.h"

#include <cstdlib>
#include <fstream>

#include <doctest/doctest.h>
#include <unistd.h>

#include "cli/embedded/workspace_server.h"
#include "cli/machine/python_choice.h"

using namespace weir;
using namespace weir::cli;
namespace fs = std::filesystem;

namespace {

struct World {
  fs::path folder = make_folder();
  ~World() { fs::remove_all(folder); }

  static fs::path make_folder() {
    std::string pattern = (fs::temp_directory_path() / "weir-python-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()));
    return pattern;
  }

  fs::path program(const std::string& name, const std::string& script) const {
    std::ofstream(folder / name) << "#!/bin/sh\n" << script << "\n";
    fs::permissions(folder / name, fs::perms::owner_all);
    return folder / name;
  }
};

}  // namespace

TEST_CASE("the Python that was asked for is taken, or named when it is not there") {
  World world;
  auto python = world.program("python3", "exit 0");
  CHECK(choose_python(python.string()) == python);
  auto missing = choose_python((world.folder / "none").string());
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Code::not_found);
  CHECK(missing.error().message.find("--python") != std::string::npos);
}

TEST_CASE(
    "a Python without pyspark is refused with the command that installs it, one without Java with what to "
    "install") {
  World world;
  CHECK(check_python(world.program("good", "exit 0")));
  auto no_pyspark = check_python(world.program("bare", "exit 3"));
  REQUIRE_FALSE(no_pyspark);
  CHECK(no_pyspark.error().hint.find(".venv/bin/pip install") != std::string::npos);
  auto no_java = check_python(world.program("dry", "exit 4"));
  REQUIRE_FALSE(no_java);
  CHECK(no_java.error().message.find("Java") != std::string::npos);
  CHECK_FALSE(check_python(world.program("broken", "exit 1")));
}

TEST_CASE("what a killed server left behind is not taken for a server") {
  World world;
  CHECK_FALSE(find_workspace_server(world.folder));
  std::ofstream(world.folder / "server.json")
      << R"({"pid": )" << ::getpid() << R"(, "url": "http://127.0.0.1:1", "port": 1, "org_id": "1"})";
  CHECK_FALSE(find_workspace_server(world.folder));
  std::ofstream(world.folder / "server.json") << "{";
  CHECK_FALSE(find_workspace_server(world.folder));
}
