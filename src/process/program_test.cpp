#include "process/program.h"

#include <algorithm>
#include <fstream>

#include "process/process_test_support.h"

using namespace weir;
using namespace weir::process;
using namespace weir::process::testing;

namespace {

void write_program(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << text;
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
}

Error refusal_of(Command command) {
  if (command.environment.empty()) command.environment = inherited_environment();
  auto program = find_program(command);
  REQUIRE_FALSE(program);
  return program.error();
}

}  // namespace

TEST_CASE("a program is looked up on the PATH that the command will have") {
  Scratch scratch;
  write_program(scratch.path / "report", "#!/bin/sh\n");
  const Command command{.argv = {"report"}, .environment = {"PATH=/nowhere:" + scratch.path.string()}};
  CHECK(find_program(command) == (scratch.path / "report").string());
}

TEST_CASE("a program with a slash is relative to the command's directory") {
  Scratch scratch;
  write_program(scratch.path / "report", "#!/bin/sh\n");
  CHECK(find_program({.argv = {"./report"}, .directory = scratch.path}) ==
        (scratch.path / "./report").string());
}

TEST_CASE("a program that is not there is named with the nearest that is") {
  Scratch scratch;
  write_program(scratch.path / "report", "#!/bin/sh\n");
  auto error = refusal_of({.argv = {"reprot"}, .environment = {"PATH=" + scratch.path.string()}});
  CHECK(error.code == Code::not_found);
  CHECK(error.message == "program 'reprot' was not found on PATH");
  CHECK(error.hint == "did you mean 'report'?");

  error = refusal_of({.argv = {"./reprot"}, .directory = scratch.path});
  CHECK(error.code == Code::not_found);
  CHECK(error.hint.find("/report'?") != std::string::npos);
}

TEST_CASE("a whole shell line in place of a program is explained") {
  auto error = refusal_of({.argv = {"echo hi"}});
  CHECK(error.code == Code::not_found);
  CHECK(error.hint == "there is no shell: give each argument as its own element of argv");
}

TEST_CASE("a directory that is not there is named with the nearest that is") {
  Scratch scratch;
  std::filesystem::create_directory(scratch.path / "reports");
  auto error = refusal_of({.argv = {"sh"}, .directory = scratch.path / "report/"});
  CHECK(error.code == Code::invalid);
  CHECK(error.message == "directory '" + (scratch.path / "report").string() + "' does not exist");
  CHECK(error.hint == "did you mean '" + (scratch.path / "reports").string() + "'?");
}

TEST_CASE("a script whose interpreter is missing is told from one that is missing itself") {
  Scratch scratch;
  write_program(scratch.path / "report", "#! /usr/bin/no-such-python -u\n");
  auto error = refusal_of({.argv = {"./report"}, .directory = scratch.path});
  CHECK(error.code == Code::not_found);
  CHECK(error.message.find("interpreter '/usr/bin/no-such-python' of") == 0);
  write_program(scratch.path / "report", "#!/bin/sh\r\n");
  CHECK(refusal_of({.argv = {"./report"}, .directory = scratch.path}).hint == "save it with Unix line ends");
}

TEST_CASE("commands that no process can be given are refused with the reason") {
  Scratch scratch;
  std::ofstream(scratch.path / "notes") << "text";
  CHECK(refusal_of({}).message == "the command is empty");
  CHECK(refusal_of({.argv = {"sh", std::string("a\0b", 3)}}).message == "argument 1 contains a zero byte");
  CHECK(refusal_of({.argv = {"sh", std::string(200'000, 'x')}}).code == Code::invalid);
  CHECK(refusal_of({.argv = {"sh"}, .environment = {"novalue"}}).code == Code::invalid);
  CHECK(refusal_of({.argv = {"sh"}, .directory = scratch.path / "notes"})
            .message.ends_with("is not a directory"));
  CHECK(refusal_of({.argv = {"./notes"}, .directory = scratch.path}).hint.starts_with("chmod +x"));
  CHECK(refusal_of({.argv = {"/usr/bin/"}}).message == "'/usr/bin/' is not a program");
}

TEST_CASE("overrides replace or add to the inherited environment") {
  auto environment = inherited_environment({{"PATH", "/only"}, {"WEIR_TEST_NEW", "a=b"}});
  CHECK(find_variable(environment, "PATH") == "/only");
  CHECK(find_variable(environment, "WEIR_TEST_NEW") == "a=b");
  CHECK(std::ranges::count(environment, "PATH=/only") == 1);
  CHECK_FALSE(find_variable(environment, "WEIR_TEST"));
}
