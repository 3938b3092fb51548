// What can be known without starting a server: tests/e2e starts real ones.
#include "cli/embedded/embedded_workspace.h"

#include <cstdlib>
#include <fstream>

#include <doctest/doctest.h>
#include <unistd.h>

#include "cli/embedded/interpreter_choice.h"
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
  auto good = look_at_python(world.program("good", "echo 4.1.4"));
  REQUIRE(good);
  CHECK(good->spark_version == "4.1.4");
  auto bare = world.program("bare", "exit 3");
  auto no_pyspark = look_at_python(bare);
  REQUIRE_FALSE(no_pyspark);
  CHECK(no_pyspark.error().hint.contains(bare.string() + " -m pip install 'pyspark==4.1.*'"));
  auto no_java = look_at_python(world.program("dry", "exit 4"));
  REQUIRE_FALSE(no_java);
  CHECK(no_java.error().message.find("Java") != std::string::npos);
  CHECK_FALSE(look_at_python(world.program("broken", "exit 1")));
}

TEST_CASE("a pyspark that drivers cannot do with and a Python that is too old are named") {
  World world;
  auto old = look_at_python(world.program("python3", "echo 3.4.1"));
  REQUIRE_FALSE(old);
  CHECK(old.error().message.find("has pyspark 3.4.1, and jobs run on 3.5 and on 4") != std::string::npos);
  old = look_at_python(world.program("python2", "exit 5"));
  REQUIRE_FALSE(old);
  CHECK(old.error().message.find("older than Python 3.10") != std::string::npos);
}

TEST_CASE("every Python that was asked for is looked at, and passed on with its Spark") {
  World world;
  auto young = world.program("young", "echo 4.1.4").string();
  auto old = world.program("old", "echo 3.5.7").string();
  auto chosen = choose_interpreters({young, old});
  REQUIRE(chosen);
  REQUIRE(chosen->size() == 2);
  CHECK(chosen->at(1) == workspace::Interpreter{.python = old, .spark_version = "3.5.7"});
  CHECK(parse_interpreter(to_word(chosen->at(1))).value() == chosen->at(1));
  CHECK(parse_interpreter(young).value() == chosen->at(0));
  CHECK_FALSE(choose_interpreters({young, (world.folder / "none").string()}));
}

TEST_CASE(
    "an environment of Spark 3.5 in the nearest folder upwards is taken along when nobody names a Python") {
  World world;
  fs::create_directories(world.folder / ".venv-spark3.5/bin");
  fs::create_directories(world.folder / "deep/er");
  auto elder = world.program(".venv-spark3.5/bin/python", "echo 3.5.7");
  auto young = world.program("young", "echo 4.1.4").string();
  auto before = fs::current_path();
  ::setenv("WEIR_PYTHON", young.c_str(), 1);
  fs::current_path(world.folder / "deep/er");
  auto chosen = choose_interpreters({});
  auto alone = choose_interpreters({young});
  fs::current_path(before);
  ::unsetenv("WEIR_PYTHON");
  REQUIRE(chosen);
  REQUIRE(chosen->size() == 2);
  CHECK(chosen->at(0).python == young);
  CHECK(fs::equivalent(chosen->at(1).python, elder));
  REQUIRE(alone);
  CHECK(alone->size() == 1);
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
