#include "process/line_splitter.h"

#include <vector>

#include <doctest/doctest.h>

using namespace weir::process;

namespace {

std::vector<std::string> lines_of(const std::vector<std::string>& blocks) {
  std::vector<std::string> lines;
  auto sink = [&](std::string_view line) { lines.emplace_back(line); };
  LineSplitter splitter;
  for (const auto& block : blocks) splitter.feed(block, sink);
  splitter.finish(sink);
  return lines;
}

}  // namespace

TEST_CASE("lines are the same however the bytes arrive") {
  const std::vector<std::string> expected = {"one", "", "three"};
  CHECK(lines_of({"one\n\nthree\n"}) == expected);
  CHECK(lines_of({"o", "ne", "\n", "\nth", "ree\n"}) == expected);
  CHECK(lines_of({"one\n\nthree"}) == expected);
}

TEST_CASE("a line of exactly the limit stays whole, a longer one comes in pieces") {
  const std::string full(LineSplitter::line_bytes_max, 'x');
  CHECK(lines_of({full + "\n"}) == std::vector{full});
  CHECK(lines_of({full, "\nshort\n"}) == std::vector{full, std::string("short")});
  CHECK(lines_of({full + "y\n"}) == std::vector{full, std::string("y")});
  CHECK(lines_of({full, "y"}) == std::vector{full, std::string("y")});
  CHECK(lines_of({full + full}) == std::vector{full, full});
}
