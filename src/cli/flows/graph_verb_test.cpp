#include "cli/flows/graph_verb.h"

#include <fstream>
#include <sstream>

#include <doctest/doctest.h>

#include <weir/weir.h>

#include "base/scratch.h"
#include "cli/flows/validate_verb.h"

using namespace weir;
using namespace weir::cli;

namespace {

const auto count = task("count", [](std::string) { return 1; });

/// A body whose second task depends on a value, with a parameter that has no default.
const Program waiting{"waiting", {flow("waiting", {{"table"}}, [](std::string table) {
                        auto rows = count(table, named("rows_of_" + table));
                        if (rows.result() > 0) count("more");
                      })}};

Exit run(const Program& program, std::vector<std::string> arguments) {
  CommandLine line(program.name, "");
  add_graph_verb(line.root(), program);
  add_validate_verb(line.root(), program);
  std::vector<const char*> argv{program.name.c_str()};
  for (const auto& argument : arguments) argv.push_back(argument.c_str());
  Terminal terminal;
  return line.run(static_cast<int>(argv.size()), argv.data(), terminal);
}

std::string drawn(const Program& program, const std::string& format) {
  Scratch scratch;
  auto file = (scratch.path() / "drawing").string();
  REQUIRE(run(program, {"graph", "-p", "table=days", "--format", format, "-o", file}) == Exit::ok);
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("a flow that waits for a value is drawn up to there, and every format says that it goes on") {
  CHECK(drawn(waiting, "tree") ==
        "waiting · 1 task\n\nrows_of_days  cpp\n… grows at run time after rows_of_days\n");
  CHECK(drawn(waiting, "mermaid").contains("t0 -.-> more\n"));
  CHECK(drawn(waiting, "dot").contains("\"rows_of_days\" -> \"and more\" [style=dashed]"));
  CHECK(drawn(waiting, "json").contains("\"grows_after\": \"rows_of_days\""));
  CHECK(drawn(waiting, "svg").contains("grows at run time after rows_of_days"));
}

TEST_CASE("a parameter without default must be given, because the body is called with it") {
  CHECK(run(waiting, {"graph"}) == Exit::usage);
  CHECK(run(waiting, {"validate"}) == Exit::usage);
  CHECK(run(waiting, {"validate", "-p", "table=days"}) == Exit::ok);
  CHECK(run(waiting, {"validate", "-p", "tabel=days"}) == Exit::usage);
}

TEST_CASE("a program with several flows draws the one that is named and validates all of them") {
  auto fine = [](std::string name) { return flow(std::move(name), [] { count("x"); }); };
  auto broken = flow("broken", [] { count("x", named("not a name")); });
  CHECK(run({"two", {fine("a"), fine("b")}}, {"graph"}) == Exit::usage);
  CHECK(run({"two", {fine("a"), fine("b")}}, {"graph", "b"}) == Exit::ok);
  CHECK(run({"two", {fine("a"), fine("b")}}, {"graph", "c"}) == Exit::not_found);
  CHECK(run({"two", {fine("a"), fine("b")}}, {"validate"}) == Exit::ok);
  CHECK(run({"two", {fine("a"), broken}}, {"validate"}) == Exit::usage);
}
