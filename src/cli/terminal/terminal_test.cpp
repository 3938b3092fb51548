#include "cli/terminal/terminal.h"

#include <array>

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::cli;

namespace {

/// What arrives on standard output that is no terminal.
std::string data_of(std::string_view line) {
  std::FILE* data = std::tmpfile();
  REQUIRE(data);
  Terminal(data, stderr).data(line);
  std::rewind(data);
  std::array<char, 200> text{};
  std::string written(text.data(), std::fread(text.data(), 1, text.size(), data));
  std::fclose(data);
  return written;
}

}  // namespace

TEST_CASE("data that is not for a terminal loses its colours and nothing else") {
  CHECK(data_of("\033[31mred\033[0m and \033[1;38;5;9mmore\033[m") == "red and more\n");
  CHECK(data_of("\033[Kabc mno") == "abc mno\n");
  CHECK(data_of("\033[?25lhidden\033[2 q.") == "hidden.\n");
}

TEST_CASE("a control sequence that was cut off takes no text with it") {
  CHECK(data_of("cut \033[") == "cut \n");
  CHECK(data_of("\033[31\nmore") == "\nmore\n");
  CHECK(data_of("\033[3\xC3\xA9") == "\xC3\xA9\n");
}
