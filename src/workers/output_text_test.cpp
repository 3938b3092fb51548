#include "workers/output_text.h"

#include <doctest/doctest.h>

using namespace weir::workers;

TEST_CASE("the last lines are counted from the end") {
  CHECK(last_lines("one\ntwo\nthree\n", 2) == "two\nthree");
  CHECK(last_lines("one\ntwo\nthree", 1) == "three");
  CHECK(last_lines("one\ntwo", 5) == "one\ntwo");
  CHECK(last_lines("one\n\n", 1) == "");
  CHECK(last_lines("one\n\n", 2) == "one\n");
  CHECK(last_lines("\none", 2) == "\none");
  CHECK(last_lines("", 3) == "");
}

TEST_CASE("only the end of long output is kept") {
  KeptEnd end(4);
  end.append("abcd");
  CHECK(end.bytes() == "abcd");
  CHECK(end.is_whole());
  for (char c = 'e'; c <= 'z'; ++c) end.append(std::string(1, c));
  CHECK(end.bytes() == "wxyz");
  CHECK_FALSE(end.is_whole());
}
