#include "workspace/jobs/drivers/live_output.h"

#include <fstream>

#include <doctest/doctest.h>

#include "base/scratch.h"

using namespace weir;
using namespace weir::workspace;

namespace {

void print(const std::filesystem::path& file, std::string_view text) {
  std::ofstream(file, std::ios::app | std::ios::binary) << text;
}

}  // namespace

TEST_CASE("whole lines come as soon as they are there, the last one when nothing can follow") {
  Scratch scratch;
  RunFolder folder{scratch.path()};
  CHECK(new_output(folder, 0, 0, false).at("out").at("text") == "");
  print(folder.out(), "one\ntw");
  auto first = new_output(folder, 0, 0, false);
  CHECK(first.at("out").at("text") == "one\n");
  CHECK(first.at("out").at("next") == 4);
  CHECK(first.at("more") == false);
  print(folder.out(), "o");
  print(folder.err(), "oops\n");
  auto last = new_output(folder, 4, 0, true);
  CHECK(last.at("out").at("text") == "two");
  CHECK(last.at("err").at("text") == "oops\n");
  CHECK(new_output(folder, 7, 5, true).at("out").at("text") == "");
}

TEST_CASE("more than fits in one answer comes in several, also when it is one long line") {
  Scratch scratch;
  RunFolder folder{scratch.path()};
  std::string printed = std::string(700'000, 'x') + "\nend\n";
  print(folder.out(), printed);
  std::string got;
  std::int64_t next = 0;
  for (bool more = true; more;) {
    auto part = new_output(folder, next, 0, false);
    got += std::string(part.at("out").at("text").as_string());
    next = part.at("out").at("next").as_int64();
    more = part.at("more").as_bool();
  }
  CHECK(got == printed);
}
